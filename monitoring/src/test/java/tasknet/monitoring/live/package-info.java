@NullMarked
package tasknet.monitoring.live;

import org.jspecify.annotations.NullMarked;
