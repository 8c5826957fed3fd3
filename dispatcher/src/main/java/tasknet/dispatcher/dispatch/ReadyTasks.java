package tasknet.dispatcher.dispatch;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.queue.ReadyQueue;
import tasknet.dispatcher.queue.TypeQueue;
import tasknet.dispatcher.store.DeadLetters;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.TraceStep.Kind;

/**
 * The queues of all types: pages them in from the store, and moves scheduled tasks there when their
 * time has come. For the loop's thread, except for {@link #waiting()}.
 */
final class ReadyTasks {
  private static final int PROMOTED_AT_ONCE = 500;

  private final TaskStore store;
  private final StoreWrites writes;
  private final Predicate<TaskType> wanted;
  private final Executor readers;
  private final InstantSource clock;
  private final Alarm alarm;
  private final Map<TaskType, TypeQueue> queues = new HashMap<>();
  private final WaitingTasks waiting;
  private final TaskTraces traces;

  /**
   * @param wanted whether there is a worker for a type; others stay in the store
   * @param readers where the store is asked what the loop cannot wait for
   */
  ReadyTasks(
      TaskStore store,
      StoreWrites writes,
      Predicate<TaskType> wanted,
      Executor readers,
      WaitingTasks waiting,
      TaskTraces traces,
      InstantSource clock,
      NanoClock nanos) {
    this.store = store;
    this.writes = writes;
    this.wanted = wanted;
    this.readers = readers;
    this.waiting = waiting;
    this.traces = traces;
    this.clock = clock;
    this.alarm = new Alarm(clock, nanos);
  }

  /** Takes up what the store has. */
  void recover() {
    store
        .counts()
        .forEach(
            (type, states) -> {
              long queued = states.getOrDefault(TaskState.QUEUED, 0L);
              waiting.add(type, queued);
              queues.put(type, new TypeQueue(queued > 0));
            });
    store.nextReadyAt().ifPresent(this::promoteAt);
  }

  /** A task is at the end of its queue, in the store or in memory only. */
  void offer(QueuedTask task) {
    traces.add(task.id(), Kind.QUEUED);
    if (task.inMemory() || wanted.test(task.request().type())) {
      queue(task).offer(task);
    } else {
      queue(task).leaveInStore(task);
    }
  }

  /** So many tasks that had ended are at the ends of these queues, in the store. */
  void cameBack(int tasks, Set<DeadLetters.Lane> lanes) {
    lanes.stream().findAny().ifPresent(lane -> waiting.add(lane.type(), tasks)); // all of one type
    lanes.forEach(
        lane ->
            queues
                .computeIfAbsent(lane.type(), _ -> new TypeQueue(false))
                .leaveInStore(lane.priority()));
  }

  /** A task that was taken is in its queue again. */
  void giveBack(QueuedTask task) {
    traces.add(task.id(), Kind.QUEUED);
    waiting.add(task.request().type(), 1);
    queue(task).giveBack(task);
  }

  /** A task will be ready at that instant. */
  void promoteAt(Instant readyAt) {
    alarm.at(readyAt);
  }

  /** When {@link #promote} is to be called, on the nano clock; null for not at all. */
  @Nullable Long nextDue() {
    return alarm.nextDue();
  }

  /** Moves scheduled tasks into their queues, when it is time to. */
  void promote(long now) {
    if (!alarm.rings(now)) {
      return;
    }
    writes.untilDone(
        "moving scheduled tasks into the queue",
        () -> store.promote(clock.instant(), PROMOTED_AT_ONCE),
        tasks -> {
          tasks.forEach(task -> waiting.add(task.request().type(), 1));
          tasks.forEach(this::offer);
          lookAhead();
        });
  }

  /** Asks when the next one is due; not on the loop, because readers may have to wait. */
  private void lookAhead() {
    writes.untilDone(
        "asking for the next scheduled task",
        () -> CompletableFuture.supplyAsync(store::nextReadyAt, readers),
        next -> next.ifPresent(this::promoteAt));
  }

  /** The queue of a type, or null; asks the store for tasks when there is room. */
  @Nullable TypeQueue queue(TaskType type) {
    TypeQueue queue = queues.get(type);
    if (queue != null) {
      queue.forEachLane((priority, lane) -> page(type, priority, lane));
    }
    return queue;
  }

  /** How many tasks have not begun, in memory or not; safe for use by several threads. */
  WaitingTasks waiting() {
    return waiting;
  }

  private void page(TaskType type, int priority, ReadyQueue lane) {
    Long after = lane.wantsPage();
    if (after != null) {
      writes.orElse(
          "reading the queue of type " + type,
          store.queued(type, priority, after, ReadyQueue.PAGE, ReadyQueue.PAGE_BYTES),
          lane::page,
          lane::pageFailed);
    }
  }

  private TypeQueue queue(QueuedTask task) {
    return queues.computeIfAbsent(task.request().type(), _ -> new TypeQueue(false));
  }
}
