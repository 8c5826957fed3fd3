/** What was in the last day, kept in files that do not grow. */
@NullMarked
package tasknet.monitoring.history;

import org.jspecify.annotations.NullMarked;
