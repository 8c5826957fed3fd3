package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.TaskStore;
import tasknet.task.TaskProgress;
import tasknet.wire.Message;

/**
 * What workers say of how far attempts are, on its way into the store: at most once a second for
 * each attempt, the newest word of it. For the loop's thread.
 *
 * <p>Datagrams overtake each other, so an older one than was heard of changes nothing. A handler
 * that takes back what it said before is believed.
 */
final class ProgressReports {
  private static final long BETWEEN = Duration.ofSeconds(1).toNanos();

  private final TaskStore store;
  private final StoreWrites writes;
  private final InstantSource clock;

  /** Attempts of which something was kept less than a second ago; the earliest first. */
  private final ArrayDeque<RunningAttempt> recent = new ArrayDeque<>();

  ProgressReports(TaskStore store, StoreWrites writes, InstantSource clock) {
    this.store = store;
    this.writes = writes;
    this.clock = clock;
  }

  /**
   * A worker says how far an open attempt is.
   *
   * @param sequence of the worker's datagrams
   */
  void heard(RunningAttempt attempt, Message.Progress message, long sequence, long now) {
    if (sequence < attempt.progressSequence) {
      return;
    }
    attempt.progressSequence = sequence;
    attempt.progress = new TaskProgress(message.percent(), message.note(), clock.instant());
    if (attempt.progressKeptAt == null) {
      keep(attempt, now);
    }
  }

  /** Keeps what has waited for a second to pass. */
  void turn(long now) {
    for (Long due = nextDue(); due != null && due - now <= 0; due = nextDue()) {
      RunningAttempt attempt = recent.remove();
      attempt.progressKeptAt = null;
      if (attempt.progress != null && attempt.isOpen()) {
        keep(attempt, now);
      }
    }
  }

  /** When {@link #turn} has something to do, on the nano clock; null for not at all. */
  @Nullable Long nextDue() {
    RunningAttempt first = recent.peek();
    return first == null || first.progressKeptAt == null ? null : first.progressKeptAt + BETWEEN;
  }

  private void keep(RunningAttempt attempt, long now) {
    TaskProgress progress = attempt.progress;
    attempt.progressKeptAt = now;
    recent.add(attempt);
    if (progress != null && !writes.areHeld()) {
      attempt.progress = null;
      writes.orElse(
          "keeping how far an attempt is", store.progress(attempt.id, progress), _ -> {}, () -> {});
    }
  }
}
