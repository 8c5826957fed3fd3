/** The log of what happens to tasks that are in memory, written before anybody is told of it. */
@NullMarked
package tasknet.dispatcher.wal;

import org.jspecify.annotations.NullMarked;
