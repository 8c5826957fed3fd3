@NullMarked
package tasknet.task;

import org.jspecify.annotations.NullMarked;
