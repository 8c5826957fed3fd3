/**
 * The system as it is meant to run: the real images, started by the repository's
 * docker-compose.yml. Each test breaks something, mends it, and prints a ledger of its tasks.
 */
@NullMarked
package tasknet.devtools.system;

import org.jspecify.annotations.NullMarked;
