/** Tests of the package, on real sockets. */
@NullMarked
package tasknet.client;

import org.jspecify.annotations.NullMarked;
