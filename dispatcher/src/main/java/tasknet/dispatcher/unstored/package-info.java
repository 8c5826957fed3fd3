/** Tasks that are in memory for as long as all goes well, and else in the store. */
@NullMarked
package tasknet.dispatcher.unstored;

import org.jspecify.annotations.NullMarked;
