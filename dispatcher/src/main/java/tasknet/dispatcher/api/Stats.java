package tasknet.dispatcher.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchCounters;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.TaskActivity;
import tasknet.dispatcher.retention.Removals;
import tasknet.dispatcher.retention.Retention;
import tasknet.dispatcher.store.StoreRoom;
import tasknet.dispatcher.store.TaskStore;
import tasknet.task.TaskLatency;
import tasknet.task.TaskRates;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.wire.Drop;
import tasknet.wire.LinkCounters;

/** The numbers of {@code GET /stats}: since the start of the process, unless they say otherwise. */
final class Stats {
  private final DispatchLoop loop;
  private final TaskStore store;
  private final Retention retention;
  private final LinkCounters link;
  private final InstantSource clock;
  private final Instant startedAt;

  Stats(
      DispatchLoop loop,
      TaskStore store,
      Retention retention,
      LinkCounters link,
      InstantSource clock) {
    this.loop = loop;
    this.store = store;
    this.retention = retention;
    this.link = link;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  /**
   * @param waiting tasks that have not begun, now, and those that are just being added
   * @param queued tasks in that state, now
   * @param running tasks in that state, now
   * @param oldestQueuedAt since when the first of the queued ones waits; null when none does
   * @param rates of about the last minute
   * @param latency of about the last minute; null when nothing happened
   */
  record Document(
      Instant startedAt,
      Duration uptime,
      long waiting,
      long queued,
      long running,
      @Nullable Instant oldestQueuedAt,
      TaskRates rates,
      @Nullable TaskLatency latency,
      int clientsWaiting,
      long tasksSubmitted,
      Attempts attempts,
      Store store,
      Udp udp) {}

  /**
   * @param lost their worker died or went silent
   * @param notRun the worker refused them, or never got them
   * @param staleResults results that came late or again, and changed nothing
   */
  record Attempts(
      long begun, long completed, long failed, long lost, long notRun, long staleResults) {}

  /**
   * Of the last second, in bytes; what is null is not known yet, or there is none.
   *
   * @param used what the file holds
   * @param free what is free inside the file
   * @param most how large the file may become
   * @param oldestEnded when the oldest ended task ended
   * @param removedForAge ended tasks that were removed when their time was over
   * @param removedForSize ended tasks that were removed because the store got full
   */
  record Store(
      @Nullable Long used,
      @Nullable Long free,
      @Nullable Long most,
      @Nullable Instant oldestEnded,
      long removedForAge,
      long removedForSize) {}

  /**
   * @param dropped by reason; those that never happened are left out
   */
  record Udp(
      long datagramsSent,
      long messagesSent,
      long datagramsReceived,
      long messagesReceived,
      long retransmissions,
      Map<String, Long> dropped) {}

  /**
   * @param recent what happened lately, of all types
   */
  Document document(TaskActivity.Figures recent) {
    DispatchCounters counters = loop.counters();
    Map<TaskType, Map<TaskState, Long>> counts = store.counts();
    return new Document(
        startedAt,
        Duration.between(startedAt, clock.instant()),
        loop.waitingTasks(),
        sum(counts, TaskState.QUEUED),
        sum(counts, TaskState.RUNNING),
        store.oldestQueued().values().stream().min(Comparator.naturalOrder()).orElse(null),
        recent.rates(),
        recent.latency(),
        loop.waiters().size(),
        counters.submitted(),
        new Attempts(
            counters.begun(),
            counters.completed(),
            counters.failed(),
            counters.lost(),
            counters.notRun(),
            counters.staleResults()),
        store(),
        new Udp(
            link.datagramsSent(),
            link.messagesSent(),
            link.datagramsReceived(),
            link.messagesReceived(),
            link.retransmissions(),
            dropped()));
  }

  private static long sum(Map<TaskType, Map<TaskState, Long>> counts, TaskState state) {
    return counts.values().stream().mapToLong(of -> of.getOrDefault(state, 0L)).sum();
  }

  private Store store() {
    StoreRoom room = retention.room();
    return new Store(
        room == null ? null : room.used(),
        room == null ? null : room.free(),
        room == null ? null : room.most(),
        retention.oldest(),
        retention.removals().of(Removals.Reason.AGE),
        retention.removals().of(Removals.Reason.SIZE));
  }

  private Map<String, Long> dropped() {
    Map<String, Long> dropped = new LinkedHashMap<>();
    for (Drop reason : Drop.values()) {
      if (link.dropped(reason) > 0) {
        dropped.put(reason.code(), link.dropped(reason));
      }
    }
    return dropped;
  }
}
