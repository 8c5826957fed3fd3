package tasknet.nameservice;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;

/**
 * The document {@code registry.json}.
 *
 * @param version of its form: 1
 * @param workers those that register themselves; written by the nameservice
 * @param fixed {@code static} in the file: those that cannot; written by people
 */
record RegistryContent(
    int version,
    @Nullable List<Worker> workers,
    @JsonProperty("static") @Nullable List<Fixed> fixed) {
  static final int VERSION = 1;
  static final RegistryContent EMPTY = new RegistryContent(VERSION, List.of(), List.of());

  /**
   * @throws InvalidValueException if it is of another version, or names a worker twice
   */
  RegistryContent {
    if (version != VERSION) {
      throw new InvalidValueException("version", version, String.valueOf(VERSION));
    }
    workers = workers == null ? List.of() : List.copyOf(workers);
    fixed = fixed == null ? List.of() : List.copyOf(fixed);
    requireOnce("workers", workers, Worker::id);
    requireOnce("static", fixed, Fixed::id);
  }

  /** Never null: one that is left out of the file is empty. */
  @Override
  public List<Worker> workers() {
    return workers == null ? List.of() : workers;
  }

  /** Never null: one that is left out of the file is empty. */
  @Override
  @JsonProperty("static")
  public List<Fixed> fixed() {
    return fixed == null ? List.of() : fixed;
  }

  /** A {@link Registration} and whose it is; the types are sorted. */
  record Worker(
      WorkerId id,
      List<TaskType> types,
      String host,
      int port,
      int capacity,
      long epoch,
      String version,
      Instant startedAt,
      @Nullable String hostname) {
    /**
     * @throws InvalidValueException if a value is out of its bounds
     */
    Worker {
      types = List.copyOf(types);
      registration(types, host, port, capacity, epoch, version, startedAt, hostname);
    }

    static Worker of(WorkerId id, Registration of) {
      return new Worker(
          id,
          of.types().stream().sorted().toList(),
          of.host(),
          of.port(),
          of.capacity(),
          of.epoch(),
          of.version(),
          of.startedAt(),
          of.hostname());
    }

    Registration registration() {
      return registration(types, host, port, capacity, epoch, version, startedAt, hostname);
    }

    private static Registration registration(
        List<TaskType> types,
        String host,
        int port,
        int capacity,
        long epoch,
        String version,
        Instant startedAt,
        @Nullable String hostname) {
      return new Registration(
          Set.copyOf(types), host, port, capacity, epoch, version, startedAt, hostname);
    }
  }

  /** A worker that cannot register itself; the types are sorted. */
  record Fixed(WorkerId id, List<TaskType> types, String host, int port, int capacity) {
    /**
     * @throws InvalidValueException if a value is out of its bounds
     */
    Fixed {
      types = List.copyOf(types);
      registration(types, host, port, capacity);
    }

    static Fixed of(WorkerId id, Registration of) {
      List<TaskType> types = of.types().stream().sorted().toList();
      return new Fixed(id, types, of.host(), of.port(), of.capacity());
    }

    Registration registration() {
      return registration(types, host, port, capacity);
    }

    private static Registration registration(
        List<TaskType> types, String host, int port, int capacity) {
      return new Registration(Set.copyOf(types), host, port, capacity, 0, "static", Instant.EPOCH);
    }
  }

  private static <T> void requireOnce(String list, List<T> entries, Function<T, WorkerId> id) {
    Set<WorkerId> seen = new HashSet<>();
    for (T entry : entries) {
      if (!seen.add(id.apply(entry))) {
        throw new InvalidValueException(list, id.apply(entry), "named once");
      }
    }
  }
}
