@NullMarked
package tasknet.dispatcher.callback;

import org.jspecify.annotations.NullMarked;
