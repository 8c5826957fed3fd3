/** How the other services, the workers and the containers are at the moment. */
@NullMarked
package tasknet.monitoring.live;

import org.jspecify.annotations.NullMarked;
