@NullMarked
package tasknet.tracing;

import org.jspecify.annotations.NullMarked;
