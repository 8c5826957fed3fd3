/** Whether anybody looks at what monitoring knows. */
@NullMarked
package tasknet.monitoring.attention;

import org.jspecify.annotations.NullMarked;
