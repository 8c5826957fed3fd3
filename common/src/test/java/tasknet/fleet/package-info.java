/** Tests of what workers.json may say. */
@NullMarked
package tasknet.fleet;

import org.jspecify.annotations.NullMarked;
