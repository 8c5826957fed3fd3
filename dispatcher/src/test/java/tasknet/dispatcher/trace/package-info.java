@NullMarked
package tasknet.dispatcher.trace;

import org.jspecify.annotations.NullMarked;
