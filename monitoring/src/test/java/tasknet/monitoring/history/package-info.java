@NullMarked
package tasknet.monitoring.history;

import org.jspecify.annotations.NullMarked;
