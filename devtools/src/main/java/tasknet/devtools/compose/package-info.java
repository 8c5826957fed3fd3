/** {@code docker-compose.yml}, made from {@code workers.json}. */
@NullMarked
package tasknet.devtools.compose;

import org.jspecify.annotations.NullMarked;
