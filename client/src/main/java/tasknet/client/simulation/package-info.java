/** Sends a file of tasks to a dispatcher and compares each answer with the expected one. */
@NullMarked
package tasknet.client.simulation;

import org.jspecify.annotations.NullMarked;
