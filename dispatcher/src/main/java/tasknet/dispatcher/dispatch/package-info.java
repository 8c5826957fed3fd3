/** Decides which worker gets which task, and what an outcome means for it. */
@NullMarked
package tasknet.dispatcher.dispatch;

import org.jspecify.annotations.NullMarked;
