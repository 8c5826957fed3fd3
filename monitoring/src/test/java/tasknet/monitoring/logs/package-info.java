@NullMarked
package tasknet.monitoring.logs;

import org.jspecify.annotations.NullMarked;
