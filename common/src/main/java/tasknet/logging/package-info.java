/** One log format and one file for each service. */
@NullMarked
package tasknet.logging;

import org.jspecify.annotations.NullMarked;
