/** How long tasks are kept after their end, and how large the store becomes. */
@NullMarked
package tasknet.dispatcher.retention;

import org.jspecify.annotations.NullMarked;
