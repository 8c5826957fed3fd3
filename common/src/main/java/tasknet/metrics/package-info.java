/** What all services show at {@code /metrics} in the same way. */
@NullMarked
package tasknet.metrics;

import org.jspecify.annotations.NullMarked;
