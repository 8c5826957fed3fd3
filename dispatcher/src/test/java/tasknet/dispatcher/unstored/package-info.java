@NullMarked
package tasknet.dispatcher.unstored;

import org.jspecify.annotations.NullMarked;
