@NullMarked
package tasknet.devtools;

import org.jspecify.annotations.NullMarked;
