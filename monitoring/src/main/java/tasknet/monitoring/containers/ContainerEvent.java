package tasknet.monitoring.containers;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a container of the project.
 *
 * @param sequence its number in the order of the events, from 1
 * @param at when, by the engine's clock
 * @param container the full id
 * @param service the compose service; null when it is of none
 * @param exit with {@code die}: how it ended; null when that is not known
 * @param signal with {@code kill}: the signal's number
 * @param health with {@code health_status}: what it is now
 * @param network with {@code connect} and {@code disconnect}: which
 * @param addresses the network addresses that it was last known to have
 * @param missed whether it was found out later, because the engine did not tell in time
 */
public record ContainerEvent(
    long sequence,
    Instant at,
    EventKind kind,
    String container,
    String name,
    @Nullable String service,
    @Nullable Exit exit,
    @Nullable String signal,
    @Nullable String health,
    @Nullable String network,
    @JsonIgnore Set<String> addresses,
    boolean missed) {
  private static final int SHORT_ID = 12;

  public ContainerEvent {
    addresses = Set.copyOf(addresses);
  }

  /** Which is also the host name in the container, unless it was given another. */
  public String shortId() {
    return container.substring(0, Math.min(SHORT_ID, container.length()));
  }

  ContainerEvent numbered(long number) {
    return new ContainerEvent(
        number, at, kind, container, name, service, exit, signal, health, network, addresses,
        missed);
  }
}
