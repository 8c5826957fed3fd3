package tasknet.registry;

import java.time.Instant;

/**
 * A live worker as the nameservice tells of it.
 *
 * @param expiresAt when it is dropped unless another heartbeat comes
 * @param fixed whether it came from a static entry of {@code registry.json} and never expires
 */
public record RegisteredWorker(
    WorkerId id, Registration registration, Instant expiresAt, boolean fixed) {}
