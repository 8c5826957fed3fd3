package tasknet.monitoring.live;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One service, as it answered just now.
 *
 * @param up whether it answered at all
 * @param ready whether it says that it can work
 * @param reason why it is not up or not ready; null when it is
 * @param latency from the question to the answer; null when none came
 */
public record ServiceState(
    String name,
    URI url,
    boolean up,
    boolean ready,
    @Nullable String reason,
    @Nullable Duration latency) {}
