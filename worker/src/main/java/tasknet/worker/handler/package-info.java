/** What a type's code implements, and the handlers that come with Tasknet. */
@NullMarked
package tasknet.worker.handler;

import org.jspecify.annotations.NullMarked;
