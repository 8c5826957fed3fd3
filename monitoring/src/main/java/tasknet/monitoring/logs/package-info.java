/** The log files of all services: read from their ends, merged by time, found again by a cursor. */
@NullMarked
package tasknet.monitoring.logs;

import org.jspecify.annotations.NullMarked;
