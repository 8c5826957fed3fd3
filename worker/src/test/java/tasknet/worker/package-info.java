/** Tests of the worker. */
@NullMarked
package tasknet.worker;

import org.jspecify.annotations.NullMarked;
