/** Tests of the package, on real sockets. */
@NullMarked
package tasknet.cli;

import org.jspecify.annotations.NullMarked;
