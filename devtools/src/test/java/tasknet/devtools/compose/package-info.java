@NullMarked
package tasknet.devtools.compose;

import org.jspecify.annotations.NullMarked;
