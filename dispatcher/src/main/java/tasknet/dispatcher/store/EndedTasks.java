package tasknet.dispatcher.store;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * The tasks that have ended, for whoever removes them: which are the oldest, how much room there
 * is, and how to make some. What changes the store does a bounded piece of work in one commit, so
 * that other commits wait little; futures behave as those of {@link TaskStore}.
 */
public interface EndedTasks {
  /**
   * The ended tasks of one type and state.
   *
   * @param oldest when the first of them ended
   */
  record Group(TaskType type, TaskState state, Instant oldest) {}

  /**
   * The most that one commit removes.
   *
   * @param bytes of payloads and results; the task that reaches this is the last one
   */
  record Batch(int tasks, long bytes) {}

  /** Every type and state that has tasks that ended. */
  List<Group> groups();

  /**
   * Removes tasks with all that belongs to them, the oldest first.
   *
   * @param endedBy only tasks that ended at this instant or before
   * @return how many; 0 when there are none
   */
  CompletableFuture<Integer> remove(Group group, Instant endedBy, Batch most);

  /** How many changes the store has carried out, whoever asked for them. */
  long changes();

  /** How full the store is. */
  StoreRoom room();

  /**
   * Cuts free pages off the file, after moving others into them.
   *
   * @return how many pages are still free
   */
  CompletableFuture<Long> shrink(int pages);

  /** Brings the log into the file, as far as that is possible without anybody waiting. */
  void checkpoint();
}
