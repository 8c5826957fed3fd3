/** Measures a cluster: how many tasks a second, how long each takes, and what that costs. */
@NullMarked
package tasknet.devtools.bench;

import org.jspecify.annotations.NullMarked;
