/** Tests of what workers tell of themselves. */
@NullMarked
package tasknet.registry;

import org.jspecify.annotations.NullMarked;
