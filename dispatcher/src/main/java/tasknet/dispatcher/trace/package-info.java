/** What happened on the way of recent tasks, in memory of a bounded size. */
@NullMarked
package tasknet.dispatcher.trace;

import org.jspecify.annotations.NullMarked;
