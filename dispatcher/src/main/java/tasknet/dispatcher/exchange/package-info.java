/** Talks to workers over UDP. */
@NullMarked
package tasknet.dispatcher.exchange;

import org.jspecify.annotations.NullMarked;
