package tasknet.monitoring.containers;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of a container's log.
 *
 * @param since the oldest, to the second; null for any
 * @param tail how many at most of those that are there
 * @param follow whether those that come later are wanted, too
 */
public record LogQuery(@Nullable Instant since, int tail, boolean follow) {}
