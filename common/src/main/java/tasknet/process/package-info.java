/** The life of a service's program: settings, log, start, wait for the signal, clean stop. */
@NullMarked
package tasknet.process;

import org.jspecify.annotations.NullMarked;
