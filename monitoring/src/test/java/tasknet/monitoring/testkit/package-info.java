/** Peers of monitoring that do what a test says. */
@NullMarked
package tasknet.monitoring.testkit;

import org.jspecify.annotations.NullMarked;
