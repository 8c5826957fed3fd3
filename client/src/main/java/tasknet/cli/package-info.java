/** The command line of the client. */
@NullMarked
package tasknet.cli;

import org.jspecify.annotations.NullMarked;
