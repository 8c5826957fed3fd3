/** What happened to tasks, for those who listen: the last events in memory, and subscriptions. */
@NullMarked
package tasknet.dispatcher.events;

import org.jspecify.annotations.NullMarked;
