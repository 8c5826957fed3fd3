/** Tasks that are ready, in the order in which they start. */
@NullMarked
package tasknet.dispatcher.queue;

import org.jspecify.annotations.NullMarked;
