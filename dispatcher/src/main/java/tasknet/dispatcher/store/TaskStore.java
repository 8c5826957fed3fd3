package tasknet.dispatcher.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.task.AttemptId;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/**
 * Keeps tasks and their attempts through crashes of the process and of the machine.
 *
 * <p>What returns a future is carried out in the order of the calls, by one writer, and several at
 * a time in one commit. The future completes on the writer's thread <em>after</em> the commit, in
 * the same order, so whoever continues there must be quick. It completes exceptionally with {@link
 * StoreFullException} when there is no room (nothing of that call was kept; the next call may
 * succeed), or with {@link StoreException} on any other failure.
 *
 * <p>Every change of state is a compare-and-set: what is stale changes nothing and says so. What
 * returns a value directly reads what is committed, and may be called from any thread.
 */
public interface TaskStore extends AutoCloseable {
  /**
   * Adds a task: QUEUED, at the end of the queue of its type, or SCHEDULED until its {@code runAt}.
   */
  CompletableFuture<QueuedTask> add(TaskId id, TaskRequest request, Instant createdAt);

  /**
   * Takes over tasks that were kept elsewhere until now, as they stand, in this order at the ends
   * of their queues. All of them or none; a task that is here already, by its id, is left as it is
   * here, so the same tasks may be handed over again. No event tells of any of it.
   *
   * <p>They are written in one go, while which no other call is: whoever has many cuts them into
   * lists of some hundreds, and of a few megabytes by {@link HeldTask#size}.
   *
   * @return how many were not here
   */
  CompletableFuture<Integer> adopt(List<HeldTask> tasks);

  /**
   * Keeps room for tasks that are held elsewhere and will be taken over: additions do not get it.
   *
   * @param bytes asked often, by any thread
   */
  void reserve(LongSupplier bytes);

  /** Whether additions would find room, roughly; at no cost. */
  boolean hasRoom();

  /**
   * Which part of the memory that such a task could have is left, 0 to 1; at no cost. 1 for a task
   * that is not kept in memory anyway.
   */
  default double memoryLeft(TaskRequest request) {
    return 1;
  }

  /** The greatest position that a task has or had; at no cost. */
  long lastPosition();

  /** Adds a task as {@link #add} does, unless there is one of the same key. */
  CompletableFuture<Addition> addOnce(
      TaskId id, TaskRequest request, Instant createdAt, SubmissionKey key);

  /**
   * What was added with that key before, if it is still kept: {@link Addition.Known} or {@link
   * Addition.KeyTaken}. In order with the writes.
   */
  CompletableFuture<Optional<Addition>> known(SubmissionKey key, Instant now);

  /**
   * Begins an attempt: QUEUED becomes RUNNING.
   *
   * @return false, and no change, unless the task is QUEUED, its deadline has not passed, and this
   *     is its next attempt
   */
  CompletableFuture<Boolean> begin(AttemptStart start);

  /**
   * Ends an attempt.
   *
   * @return false, and no change, unless the task is RUNNING and this is its current attempt
   */
  CompletableFuture<Boolean> end(AttemptEnd end);

  /**
   * Ends an attempt whose worker's process has ended, and counts that. When that is too often, the
   * task becomes DEAD as {@link TaskError#POISON poison}, unless its deadline has passed.
   *
   * @param end how it ends else: the outcome is a failure
   * @param deadlyAfter with how many of its workers a task is poison; 0 for never
   * @return the end that was recorded; empty, and no change, unless the task is RUNNING and this is
   *     its current attempt
   */
  CompletableFuture<Optional<AttemptEnd>> endByDeath(AttemptEnd end, int deadlyAfter);

  /**
   * Counts these attempts no longer, as their worker lives.
   *
   * @return how many were counted
   */
  CompletableFuture<Integer> discountDeaths(List<AttemptId> attempts);

  /**
   * Notes how far an attempt is.
   *
   * @return false, and no change, unless it runs
   */
  CompletableFuture<Boolean> progress(AttemptId attempt, TaskProgress progress);

  /** How a task stands, in order with the writes and with the events that tell of them. */
  CompletableFuture<Optional<TaskSnapshot>> snapshot(TaskId id);

  /** Ends a task that has not ended: it becomes CANCELLED, and so does its running attempt. */
  CompletableFuture<Cancellation> cancel(TaskId id, Instant at);

  /**
   * Moves tasks whose time has come from SCHEDULED to QUEUED, at the end of the queue, in the order
   * of their times.
   *
   * @param limit how many at most
   */
  CompletableFuture<List<QueuedTask>> promote(Instant now, int limit);

  /**
   * Ends tasks that wait and whose deadline has passed: they become EXPIRED, the earliest first.
   *
   * @param limit how many at most
   */
  CompletableFuture<List<Expiry>> expire(Instant now, int limit);

  /**
   * The next tasks of a priority in a type's queue, in order with the writes: those added before
   * this call and not begun are seen, those added after it are not.
   *
   * @param afterPosition only tasks with a greater position
   * @param limit how many at most
   * @param maxBytes stops after the task with which their sizes exceed this
   */
  CompletableFuture<List<QueuedTask>> queued(
      TaskType type, int priority, long afterPosition, int limit, long maxBytes);

  /** When the first SCHEDULED task becomes ready. */
  Optional<Instant> nextReadyAt();

  /** The first deadline of a task that waits. */
  Optional<Instant> nextDeadline();

  /** All tasks in state RUNNING, for the recovery after a restart. */
  List<RunningTask> running();

  /** A task with its attempts. */
  Optional<TaskStatus> find(TaskId id);

  /**
   * Tasks that match, as far as one bounded search comes: it may find fewer than there are, or
   * none, and says where to go on.
   *
   * @param limit how many at most
   */
  Found search(TaskFilter filter, int limit);

  /** Tasks that match, newest first, in as many searches as it takes. */
  default List<TaskStatus> list(TaskFilter filter, int limit) {
    List<TaskStatus> tasks = new ArrayList<>();
    TaskFilter rest = filter;
    boolean more = true;
    while (more && tasks.size() < limit) {
      Found found = search(rest, limit - tasks.size());
      tasks.addAll(found.tasks());
      rest = rest.after(found.next());
      more = found.next() != null;
    }
    return tasks;
  }

  /** How many tasks there are, by type and state; exact, and quick however many there are. */
  default Map<TaskType, Map<TaskState, Long>> counts() {
    return counts(List::of);
  }

  /**
   * The same without some tasks, if the store has them.
   *
   * @param but asked for their ids when it is settled what is counted, so that none of them has
   *     come to the store since then unnoticed; each costs a look-up
   */
  Map<TaskType, Map<TaskState, Long>> counts(Supplier<? extends Collection<TaskId>> but);

  /**
   * Since when the first task waits in its queue, by type; only of types of which one does. Quick
   * however many there are.
   */
  Map<TaskType, Instant> oldestQueued();

  /** The DEAD tasks. */
  DeadLetters deadLetters();

  /** What people have changed of types at run time. */
  TypeOverrides typeOverrides();

  /** Commits what was called before, and closes. Later calls fail. */
  @Override
  void close();
}
