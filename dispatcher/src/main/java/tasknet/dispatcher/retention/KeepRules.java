package tasknet.dispatcher.retention;

import tasknet.dispatcher.task.TypeRules;
import tasknet.task.Keep;
import tasknet.task.KeepFields;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * How long which task is kept after its end.
 *
 * @param types goes first, where it says anything
 * @param standard else this; what neither says is kept for ever
 */
public record KeepRules(TypeRules types, KeepFields standard) {
  /** How long a task of that type is kept that ended in that state. */
  public Keep of(TaskType type, TaskState state) {
    Keep own = types.of(type).keep().of(state);
    Keep other = standard.of(state);
    return own != null ? own : other != null ? other : Keep.FOREVER;
  }
}
