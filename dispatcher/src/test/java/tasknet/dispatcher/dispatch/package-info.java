@NullMarked
package tasknet.dispatcher.dispatch;

import org.jspecify.annotations.NullMarked;
