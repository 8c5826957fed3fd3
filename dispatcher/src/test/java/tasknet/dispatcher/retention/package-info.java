@NullMarked
package tasknet.dispatcher.retention;

import org.jspecify.annotations.NullMarked;
