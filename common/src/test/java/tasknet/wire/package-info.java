@NullMarked
package tasknet.wire;

import org.jspecify.annotations.NullMarked;
