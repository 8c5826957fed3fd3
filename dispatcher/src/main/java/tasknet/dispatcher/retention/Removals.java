package tasknet.dispatcher.retention;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import tasknet.task.TaskState;

/** How many tasks were removed since the start, by the state they had ended in and by why. */
public final class Removals {
  /** Why tasks are removed. */
  public enum Reason {
    /** They were kept as long as they should be. */
    AGE,
    /** The store has no room for them. */
    SIZE
  }

  private final Map<Reason, Map<TaskState, LongAdder>> counts = new EnumMap<>(Reason.class);

  Removals() {
    for (Reason reason : Reason.values()) {
      Map<TaskState, LongAdder> states = new EnumMap<>(TaskState.class);
      for (TaskState state : TaskState.values()) {
        states.put(state, new LongAdder());
      }
      counts.put(reason, states);
    }
  }

  void count(Reason reason, TaskState state, int tasks) {
    adder(reason, state).add(tasks);
  }

  /** Those of one state and reason. */
  public long of(Reason reason, TaskState state) {
    return adder(reason, state).sum();
  }

  /** Those of one reason. */
  public long of(Reason reason) {
    long sum = 0;
    for (TaskState state : TaskState.values()) {
      sum += of(reason, state);
    }
    return sum;
  }

  private LongAdder adder(Reason reason, TaskState state) {
    // Every pair is there from the beginning.
    return counts.getOrDefault(reason, Map.of()).getOrDefault(state, new LongAdder());
  }
}
