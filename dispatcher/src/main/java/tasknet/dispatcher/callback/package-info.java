/** Tells the outcomes of tasks to those who asked for it. */
@NullMarked
package tasknet.dispatcher.callback;

import org.jspecify.annotations.NullMarked;
