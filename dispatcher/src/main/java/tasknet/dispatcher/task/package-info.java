/** A task as the dispatcher works with it. */
@NullMarked
package tasknet.dispatcher.task;

import org.jspecify.annotations.NullMarked;
