package tasknet.dispatcher.store;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import tasknet.dispatcher.task.TypeOverride;
import tasknet.task.TaskType;

/** Keeps what people have changed of types at run time, as {@link TaskStore} keeps tasks. */
public interface TypeOverrides {
  /** All types of which something is changed. */
  Map<TaskType, TypeOverride> all();

  /**
   * Changes what is kept of one type; in order with the other writes.
   *
   * @param change of what is kept now; may be applied more than once, each time to that
   * @return what is kept from then on
   */
  CompletableFuture<TypeOverride> change(TaskType type, UnaryOperator<TypeOverride> change);
}
