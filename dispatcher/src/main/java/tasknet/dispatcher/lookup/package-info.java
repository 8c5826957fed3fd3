/** Asks the nameservice which workers are alive. */
@NullMarked
package tasknet.dispatcher.lookup;

import org.jspecify.annotations.NullMarked;
