package tasknet.registry;

import java.time.Duration;

/**
 * What the nameservice answers to a registration.
 *
 * @param timeToLive how long the worker stays registered without another heartbeat
 * @param interval how often it should send one
 * @param revision the registry's revision after this registration
 */
public record Heartbeat(Duration timeToLive, Duration interval, long revision) {}
