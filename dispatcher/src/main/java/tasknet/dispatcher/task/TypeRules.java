package tasknet.dispatcher.task;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tasknet.fleet.WorkerEntry;
import tasknet.fleet.WorkersFile;
import tasknet.task.TaskType;

/**
 * What {@code workers.json} says of types.
 *
 * @param declared the types that are in the file, started or not
 */
public record TypeRules(Map<TaskType, TypeRule> declared) {
  /** Without a file. */
  public static final TypeRules NONE = new TypeRules(Map.of());

  public TypeRules {
    declared = Map.copyOf(declared);
  }

  /** The rules of a file. */
  public static TypeRules of(WorkersFile file) {
    return new TypeRules(
        file.workers().stream().collect(Collectors.toMap(WorkerEntry::name, TypeRule::of)));
  }

  /** What holds for a type, in the file or not. */
  public TypeRule of(TaskType type) {
    return declared.getOrDefault(type, TypeRule.STANDARD);
  }

  /** What the file says of a type, or null when it is not in it. */
  public @Nullable TypeRule declared(TaskType type) {
    return declared.get(type);
  }
}
