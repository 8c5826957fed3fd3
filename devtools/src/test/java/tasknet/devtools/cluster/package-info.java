/**
 * The promises of the whole system, proved on real sockets, files and processes; each test prints a
 * ledger of what became of its tasks.
 */
@NullMarked
package tasknet.devtools.cluster;

import org.jspecify.annotations.NullMarked;
