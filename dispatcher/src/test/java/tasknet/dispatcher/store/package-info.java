@NullMarked
package tasknet.dispatcher.store;

import org.jspecify.annotations.NullMarked;
