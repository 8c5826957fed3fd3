/** Knows which workers are alive, and tells. */
@NullMarked
package tasknet.nameservice;

import org.jspecify.annotations.NullMarked;
