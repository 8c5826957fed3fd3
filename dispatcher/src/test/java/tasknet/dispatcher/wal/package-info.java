@NullMarked
package tasknet.dispatcher.wal;

import org.jspecify.annotations.NullMarked;
