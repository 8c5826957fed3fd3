package tasknet.dispatcher.unstored;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.wal.LogRecord;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.JsonText;
import tasknet.task.Labels;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;

/**
 * A task that the store does not have: QUEUED, or RUNNING its first attempt, or COMPLETED by that.
 * To be used by whoever holds its lock.
 */
final class UnstoredTask {
  /** Roughly what one takes beside its payload and result, in bytes. */
  private static final long OVERHEAD = 600;

  final QueuedTask task;

  /** Of the task, and its size: so that it is forgotten without a look at what it consists of. */
  final TaskId id;

  /** The memory that it takes, in bytes, roughly. */
  final long size;

  /** Whether the log has it, because it is durable. */
  final boolean logged;

  /** Of two tasks the one with the greater number was added later. */
  final long order;

  /** The segment of the log in which it was added. */
  private long segment;

  private @Nullable AttemptStart start;
  private @Nullable AttemptEnd end;
  private @Nullable CompletableFuture<Void> change;
  private boolean adopting;
  private boolean leaving;
  private boolean remembered;
  private volatile boolean gone;

  UnstoredTask(QueuedTask task, long order) {
    this.task = task;
    this.id = task.id();
    this.size = size(task.request().payload());
    this.order = order;
    this.logged = task.request().terms().durable();
  }

  TaskState state() {
    return held().state();
  }

  /** Whether it is RUNNING that attempt. */
  boolean runs(AttemptId attempt) {
    return start != null && end == null && start.attempt().number() == attempt.number();
  }

  void begin(AttemptStart attempt) {
    start = attempt;
  }

  void complete(AttemptEnd how) {
    end = how;
  }

  /** As it stands, for the store. */
  HeldTask held() {
    return new HeldTask(task, start, end);
  }

  // ---- its place in the log
  // ----------------------------------------------------------------------

  long segment() {
    return segment;
  }

  boolean isIn(long number) {
    return logged && segment == number;
  }

  void moves(long number) {
    segment = number;
  }

  /** Whether the log is told that the store has it. */
  boolean isLeaving() {
    return leaving;
  }

  void leaves(boolean now) {
    leaving = now;
  }

  /** All that the log must say of it, as it stands. */
  List<LogRecord> records() {
    List<LogRecord> records = new ArrayList<>();
    records.add(new LogRecord.Added(task));
    if (start != null) {
      records.add(new LogRecord.Begun(start));
    }
    JsonText result = held().result();
    if (end != null && result != null) {
      records.add(new LogRecord.Completed(end.attempt(), end.at(), result));
    }
    return records;
  }

  // ---- what is under way
  // -------------------------------------------------------------------------

  /** A change of it that is being written; null for none. It completes when that is over. */
  @Nullable CompletableFuture<Void> change() {
    return change;
  }

  /**
   * A change of it is being written; whoever comes meanwhile waits. Its lock is held, now and when
   * that is done.
   *
   * @return true when it is done; fails as it does, and then all is as before
   */
  CompletableFuture<Boolean> whenDone(CompletableFuture<?> writing, Runnable done) {
    CompletableFuture<Boolean> changed = new CompletableFuture<>();
    CompletableFuture<Void> over = new CompletableFuture<>();
    change = over;
    CompletableFuture<?> _ =
        writing.whenComplete(
            (_, failure) -> {
              synchronized (this) {
                if (failure == null) {
                  done.run();
                }
                change = null;
              }
              if (failure == null) {
                changed.complete(true);
              } else {
                changed.completeExceptionally(failure);
              }
              over.complete(null); // after that, so that who began goes on first
            });
    return changed;
  }

  /** Whether the store may have it already, too. */
  boolean isAdopting() {
    return adopting;
  }

  /** The store is asked to take it over. */
  void adopting() {
    adopting = true;
  }

  /** Whether it has ended, and is only there for who asks. */
  boolean isRemembered() {
    return remembered;
  }

  void remembered() {
    remembered = true;
  }

  /** Whether it is not in memory any more, whoever still looks at this. */
  boolean isGone() {
    return gone;
  }

  void gone() {
    gone = true;
  }

  // ---- what is shown
  // -----------------------------------------------------------------------------

  /** The memory that it takes, in bytes, roughly. */
  static long size(JsonText payload) {
    return OVERHEAD + payload.text().length();
  }

  private static @Nullable Instant endedAt(@Nullable AttemptEnd end) {
    return end == null ? null : end.at().truncatedTo(ChronoUnit.MICROS); // as the store tells it
  }

  /** How it is shown to people. */
  TaskStatus status() {
    TaskStatus queued = task.status();
    Instant endedAt = endedAt(end);
    return new TaskStatus(
        queued.id(),
        queued.type(),
        state(),
        queued.createdAt(),
        null,
        null,
        endedAt,
        queued.timeout(),
        queued.maxAttempts(),
        queued.priority(),
        queued.labels(),
        queued.payload(),
        held().result(),
        null,
        null,
        null,
        null,
        null,
        null,
        start == null
            ? List.of()
            : List.of(
                new AttemptStatus(
                    start.attempt().number(),
                    start.worker().name(),
                    start.at().truncatedTo(ChronoUnit.MICROS),
                    endedAt,
                    null)));
  }

  /** What an event tells of it. */
  TaskEvent event() {
    Instant at = task.createdAt();
    if (start != null) {
      Instant endedAt = endedAt(end);
      at = endedAt == null ? start.at().truncatedTo(ChronoUnit.MICROS) : endedAt;
    }
    Labels labels = task.request().terms().labels();
    return new TaskEvent(
        task.id(),
        task.request().type(),
        state(),
        at,
        start == null ? null : start.attempt().number(),
        start == null ? null : start.worker().name(),
        null,
        labels.isEmpty() ? null : labels.values(),
        null);
  }
}
