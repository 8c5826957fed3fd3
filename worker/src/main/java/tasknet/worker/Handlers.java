package tasknet.worker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import tasknet.runtime.SettingsException;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;
import tasknet.worker.handler.Demand;
import tasknet.worker.handler.TaskHandler;

/** Handlers by their types. */
public final class Handlers {
  private final Map<TaskType, TaskHandler> byType = new TreeMap<>();

  /**
   * @throws SettingsException if two of them do the same type
   */
  public Handlers(Iterable<? extends TaskHandler> handlers) {
    List<String> errors = new ArrayList<>();
    for (TaskHandler handler : handlers) {
      TaskHandler other = byType.putIfAbsent(handler.type(), handler);
      if (other != null) {
        errors.add(
            "type '%s' has two handlers: %s and %s"
                .formatted(
                    handler.type(), other.getClass().getName(), handler.getClass().getName()));
      }
    }
    if (!errors.isEmpty()) {
      throw new SettingsException(errors);
    }
  }

  /**
   * All that the class path has.
   *
   * @throws SettingsException if one of them cannot be loaded, or two do the same type
   */
  public static Handlers onClassPath() {
    try {
      return new Handlers(ServiceLoader.load(TaskHandler.class));
    } catch (ServiceConfigurationError | InvalidValueException e) {
      throw new SettingsException(List.of("a handler cannot be loaded: " + e.getMessage()));
    }
  }

  /**
   * Those of some types.
   *
   * @param names at least one
   * @throws SettingsException if there is none, or one that is not known; lists those that are
   */
  public Handlers select(List<String> names) {
    List<String> errors = new ArrayList<>();
    List<TaskHandler> selected = new ArrayList<>();
    if (names.isEmpty()) {
      errors.add("no task type is given; " + known());
    }
    for (String name : List.copyOf(new java.util.LinkedHashSet<>(names))) {
      TaskHandler handler = named(name);
      if (handler == null) {
        errors.add("task type '" + name + "' is not known; " + known());
      } else {
        selected.add(handler);
      }
    }
    if (!errors.isEmpty()) {
      throw new SettingsException(errors);
    }
    return new Handlers(selected);
  }

  private @org.jspecify.annotations.Nullable TaskHandler named(String name) {
    try {
      return byType.get(new TaskType(name));
    } catch (InvalidValueException e) {
      return null;
    }
  }

  private String known() {
    return "known are: " + String.join(", ", byType.keySet().stream().map(TaskType::name).toList());
  }

  /** By type, ordered. */
  public Map<TaskType, TaskHandler> byType() {
    return java.util.Collections.unmodifiableMap(byType);
  }

  /** What the one of them mostly does that needs the most. */
  Demand demand() {
    return byType.values().stream()
        .map(TaskHandler::demand)
        .max(Comparator.naturalOrder())
        .orElse(Demand.COMPUTES);
  }
}
