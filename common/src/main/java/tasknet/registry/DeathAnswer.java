package tasknet.registry;

/**
 * What became of a {@link DeathReport}.
 *
 * @param removed whether it ended a registration
 * @param recorded whether it is told to others: also when the worker had left or expired before
 */
public record DeathAnswer(boolean removed, boolean recorded) {}
