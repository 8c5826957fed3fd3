/** Sees the whole system. */
@NullMarked
package tasknet.monitoring;

import org.jspecify.annotations.NullMarked;
