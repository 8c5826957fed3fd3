package tasknet.monitoring.containers;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with the Docker engine.
 *
 * @param available whether it answers, and all that is told of containers is what holds now
 * @param reason why it is not; null when it is
 * @param host where it is, for instance {@code unix:///var/run/docker.sock}
 * @param since since when it is so
 * @param version the engine's; null before it answered
 * @param apiVersion the newest that the engine speaks; null before it answered
 */
public record EngineState(
    boolean available,
    @Nullable String reason,
    String host,
    Instant since,
    @Nullable String version,
    @Nullable String apiVersion) {}
