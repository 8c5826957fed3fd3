/** Tests of the package, on real sockets. */
@NullMarked
package tasknet.client.simulation;

import org.jspecify.annotations.NullMarked;
