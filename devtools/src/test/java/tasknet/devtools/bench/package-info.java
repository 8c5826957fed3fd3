@NullMarked
package tasknet.devtools.bench;

import org.jspecify.annotations.NullMarked;
