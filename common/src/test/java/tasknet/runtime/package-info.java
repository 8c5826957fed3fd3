@NullMarked
package tasknet.runtime;

import org.jspecify.annotations.NullMarked;
