/** Everything on one machine: the {@code ./tasknet} command and the cluster in one process. */
@NullMarked
package tasknet.devtools;

import org.jspecify.annotations.NullMarked;
