/** Schedules: when they tick, and the tasks that are made then. */
@NullMarked
package tasknet.dispatcher.schedule;

import org.jspecify.annotations.NullMarked;
