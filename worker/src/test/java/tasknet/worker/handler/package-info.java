/** Tests of the built-in handlers. */
@NullMarked
package tasknet.worker.handler;

import org.jspecify.annotations.NullMarked;
