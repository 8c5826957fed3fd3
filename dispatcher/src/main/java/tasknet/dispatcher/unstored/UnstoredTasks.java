package tasknet.dispatcher.unstored;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.TaskFilter;
import tasknet.dispatcher.store.TaskStore;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/** All tasks that are in memory, and what lists and numbers say of them. For several threads. */
final class UnstoredTasks {
  private final Map<TaskId, UnstoredTask> tasks = new ConcurrentHashMap<>();

  /** False, and nothing, when there is one of its id. */
  boolean add(UnstoredTask task) {
    return tasks.putIfAbsent(task.id, task) == null;
  }

  @Nullable UnstoredTask get(TaskId id) {
    return tasks.get(id);
  }

  /** Those that are there now, or come and go meanwhile. */
  Collection<UnstoredTask> all() {
    return tasks.values();
  }

  int size() {
    return tasks.size();
  }

  /** False when it was not there. */
  boolean remove(UnstoredTask task) {
    task.gone();
    return tasks.remove(task.id, task);
  }

  /** Empty when it is not there. */
  Optional<TaskState> stateOf(TaskId id) {
    UnstoredTask task = tasks.get(id);
    if (task == null) {
      return Optional.empty();
    }
    synchronized (task) {
      return Optional.of(task.state());
    }
  }

  /** The durable ones that a search shows. */
  List<TaskStatus> matching(TaskFilter filter) {
    Predicate<TaskStatus> matcher = filter.matcher();
    List<TaskStatus> matching = new ArrayList<>();
    for (UnstoredTask task : tasks.values()) {
      if (task.logged) {
        TaskStatus status;
        synchronized (task) {
          status = task.status();
        }
        if (matcher.test(status)) {
          matching.add(status);
        }
      }
    }
    return matching;
  }

  /**
   * The numbers of these and of those in the store, each task once, as {@link TaskStore#counts}.
   */
  Map<TaskType, Map<TaskState, Long>> countedWith(
      TaskStore store, Supplier<? extends Collection<TaskId>> but) {
    Map<UnstoredTask, TaskState> inMemory = new HashMap<>();
    for (UnstoredTask task : tasks.values()) {
      synchronized (task) {
        inMemory.put(task, task.state());
      }
    }
    Map<TaskType, Map<TaskState, Long>> counts = new TreeMap<>();
    Set<TaskId> others = new HashSet<>();
    store
        .counts(
            () -> {
              others.addAll(but.get());
              return alsoStored(inMemory.keySet(), others);
            })
        .forEach((type, states) -> counts.put(type, new EnumMap<>(states)));
    inMemory.forEach(
        (task, state) -> {
          if (!others.contains(task.id)) {
            counts
                .computeIfAbsent(task.task.request().type(), _ -> new EnumMap<>(TaskState.class))
                .merge(state, 1L, Long::sum);
          }
        });
    return counts;
  }

  /** Those that are counted here and may be in the store, too, and others. */
  private static Set<TaskId> alsoStored(Set<UnstoredTask> counted, Set<TaskId> others) {
    Set<TaskId> ids = new HashSet<>(others);
    for (UnstoredTask task : counted) {
      synchronized (task) {
        if (task.isAdopting()) {
          ids.add(task.id);
        }
      }
    }
    return ids;
  }

  /**
   * Since when the first task waits, by type, here or there.
   *
   * @param stored of those in the store
   */
  Map<TaskType, Instant> oldestQueued(Map<TaskType, Instant> stored) {
    Map<TaskType, Instant> oldest = new TreeMap<>(stored);
    for (UnstoredTask task : tasks.values()) {
      synchronized (task) {
        if (task.state() == TaskState.QUEUED) {
          oldest.merge(
              task.task.request().type(),
              task.task.createdAt(),
              (one, other) -> one.isBefore(other) ? one : other);
        }
      }
    }
    return oldest;
  }
}
