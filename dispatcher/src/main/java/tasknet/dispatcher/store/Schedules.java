package tasknet.dispatcher.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.Schedule;
import tasknet.dispatcher.task.Ticks;

/**
 * Keeps schedules beside the tasks that they make. What returns a future is a write, as those of
 * {@link TaskStore}; the versions of what is given do not matter, each write has its own.
 */
public interface Schedules {
  /** Keeps a new one; the answer is the one that had the name before, which is not changed. */
  CompletableFuture<Optional<Schedule>> add(Schedule schedule);

  /**
   * Keeps one in place of that of the same name, if there is one; when it was made and what it ran
   * last stay.
   *
   * @return whether it is new
   */
  CompletableFuture<Boolean> put(Schedule schedule);

  /**
   * Changes one.
   *
   * @param change may be asked more than once; only the last answer counts
   * @return what it is now; empty if there is none
   */
  CompletableFuture<Optional<Schedule>> change(String name, UnaryOperator<Schedule> change);

  /** Removes one; its tasks stay. The answer is what it was. */
  CompletableFuture<Optional<Schedule>> delete(String name);

  /**
   * Adds the tasks of ticks and goes on to the next one, all or nothing.
   *
   * @return the tasks; empty, and no change, unless the schedule is as it was read
   */
  CompletableFuture<Optional<List<QueuedTask>>> tick(Ticks ticks, Instant at);

  /** One of them. */
  Optional<Schedule> find(String name);

  /**
   * Some of them, by name.
   *
   * @param after only greater names; null for all
   */
  List<Schedule> list(@Nullable String after, int limit);

  /**
   * Those with a tick up to now, the earliest first.
   *
   * @param limit how many at most
   */
  List<Schedule> due(Instant now, int limit);

  /** The first tick of all. */
  Optional<Instant> nextTick();
}
