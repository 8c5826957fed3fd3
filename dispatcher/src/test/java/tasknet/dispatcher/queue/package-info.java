@NullMarked
package tasknet.dispatcher.queue;

import org.jspecify.annotations.NullMarked;
