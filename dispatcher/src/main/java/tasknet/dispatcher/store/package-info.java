/** Keeps tasks through crashes; the only user of JDBC. */
@NullMarked
package tasknet.dispatcher.store;

import org.jspecify.annotations.NullMarked;
