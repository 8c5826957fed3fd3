package tasknet.registry;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;

/**
 * What a worker tells of itself with each heartbeat: the body of {@code PUT /workers/{id}}.
 *
 * @param types what it runs; at least one
 * @param host the address at which its UDP port is reached from the dispatcher
 * @param port its UDP port, 1 to 65,535
 * @param capacity how many attempts it runs at the same time; at least 1
 * @param epoch which start of the process this is: greater with each start
 * @param version the software's
 * @param startedAt when the process started
 * @param hostname of the machine or container that the process runs in: in a container its short
 *     id; null when it is not said
 */
public record Registration(
    Set<TaskType> types,
    String host,
    int port,
    int capacity,
    long epoch,
    String version,
    Instant startedAt,
    @Nullable String hostname) {
  /** The greatest capacity that is accepted. */
  public static final int MAX_CAPACITY = 100_000;

  // All are shown in logs, so none may hold a line break.
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1,253}");
  private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern VERSION = Pattern.compile("[ -~]{1,64}");

  /**
   * @throws InvalidValueException if a value is out of its bounds
   */
  public Registration {
    boolean named = !types.isEmpty() && types.stream().allMatch(Objects::nonNull);
    require(named, "types", types, "a list of at least one task type");
    types = Set.copyOf(types);
    require(HOST.matcher(host).matches(), "host", host, "a host name or an address");
    require(port >= 1 && port <= 65_535, "port", port, "a whole number from 1 to 65535");
    require(
        capacity >= 1 && capacity <= MAX_CAPACITY,
        "capacity",
        capacity,
        "a whole number from 1 to " + MAX_CAPACITY);
    require(epoch >= 0, "epoch", epoch, "a whole number of at least 0");
    require(VERSION.matcher(version).matches(), "version", version, "1 to 64 printable characters");
    require(
        hostname == null || isHostname(hostname),
        "hostname",
        String.valueOf(hostname),
        "1 to 253 letters, digits, '.', '_' or '-'");
  }

  /** A registration that does not say where its process runs. */
  public Registration(
      Set<TaskType> types,
      String host,
      int port,
      int capacity,
      long epoch,
      String version,
      Instant startedAt) {
    this(types, host, port, capacity, epoch, version, startedAt, null);
  }

  /** Whether a text may be the host name. */
  public static boolean isHostname(String text) {
    return HOSTNAME.matcher(text).matches();
  }

  private static void require(boolean holds, String field, Object given, String allowed) {
    if (!holds) {
      throw new InvalidValueException(field, given, allowed);
    }
  }
}
