/**
 * The containers of this system, as the Docker engine tells of them; the only user of docker-java.
 */
@NullMarked
package tasknet.monitoring.containers;

import org.jspecify.annotations.NullMarked;
