@NullMarked
package tasknet.dispatcher.schedule;

import org.jspecify.annotations.NullMarked;
