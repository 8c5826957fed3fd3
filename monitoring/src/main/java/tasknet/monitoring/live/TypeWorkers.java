package tasknet.monitoring.live;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tasknet.fleet.WorkerEntry;
import tasknet.task.TaskType;

/**
 * The workers of one type: how many should be there, and which are.
 *
 * @param desired 0 when the type is not declared or not active; null when nothing is declared
 * @param actual how many are there; null when the nameservice does not tell
 * @param state null when either of the two is not known
 * @param workers those that run it, each of which may also run other types
 */
record TypeWorkers(
    TaskType type,
    @Nullable Integer desired,
    @Nullable Integer actual,
    @Nullable State state,
    List<KnownWorkers.Worker> workers) {

  /** How what is there compares with what should be. */
  enum State {
    OK,
    MISSING,
    EXTRA,
    OFF;

    @JsonValue
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * All types that are declared or there, by name.
   *
   * @param declared null when nothing is
   */
  static List<TypeWorkers> of(@Nullable List<WorkerEntry> declared, KnownWorkers known) {
    Map<TaskType, Integer> desired = new TreeMap<>();
    if (declared != null) {
      declared.forEach(entry -> desired.put(entry.name(), replicas(entry)));
    }
    SortedSet<TaskType> types = new TreeSet<>(desired.keySet());
    known.list().forEach(worker -> types.addAll(worker.types()));
    return types.stream()
        .map(type -> of(type, declared == null ? null : desired.getOrDefault(type, 0), known))
        .toList();
  }

  private static TypeWorkers of(TaskType type, @Nullable Integer desired, KnownWorkers known) {
    List<KnownWorkers.Worker> workers =
        known.list().stream().filter(worker -> worker.types().contains(type)).toList();
    Integer actual = known.reason() == null ? workers.size() : null;
    return new TypeWorkers(type, desired, actual, state(desired, actual), workers);
  }

  private static @Nullable State state(@Nullable Integer desired, @Nullable Integer actual) {
    if (desired == null || actual == null) {
      return null;
    }
    if (desired == 0 && actual == 0) {
      return State.OFF;
    }
    int more = Integer.compare(actual, desired);
    return more == 0 ? State.OK : more < 0 ? State.MISSING : State.EXTRA;
  }

  private static int replicas(WorkerEntry entry) {
    Integer replicas = entry.replicas();
    return !entry.active() ? 0 : replicas == null ? 1 : replicas;
  }
}
