/** The worker: takes attempts over UDP, runs their handlers, and answers with the results. */
@NullMarked
package tasknet.worker;

import org.jspecify.annotations.NullMarked;
