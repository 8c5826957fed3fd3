/**
 * The whole of Tasknet in one thread, on a virtual clock and a bad network, driven by a seed;
 * {@code docs/simulation.md} tells how to use it.
 */
@NullMarked
package tasknet.devtools.simulation;

import org.jspecify.annotations.NullMarked;
