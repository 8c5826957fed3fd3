/** What is seen of containers, tried with a real engine. */
@NullMarked
package tasknet.monitoring.containers;

import org.jspecify.annotations.NullMarked;
