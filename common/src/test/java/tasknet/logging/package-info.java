@NullMarked
package tasknet.logging;

import org.jspecify.annotations.NullMarked;
