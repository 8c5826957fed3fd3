/** The workers that the system is meant to have, as {@code workers.json} declares them. */
@NullMarked
package tasknet.fleet;

import org.jspecify.annotations.NullMarked;
