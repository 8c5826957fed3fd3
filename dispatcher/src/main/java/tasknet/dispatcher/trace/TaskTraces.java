package tasknet.dispatcher.trace;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tasknet.registry.WorkerId;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskTrace;
import tasknet.task.TraceStep.Kind;

/**
 * What happened on the way of recent tasks: what the store does not know, because nothing depends
 * on it, beside the commits, so that one sees where the time went. Begins anew with each process.
 *
 * <p>Memory is bounded, and used again: a ring of as many records as tasks are kept, each of a
 * bounded number of steps. Records are found by a table of the newest for each hash, from where
 * each tells of the one before it; whatever the ring has run over ends such a chain, so nothing is
 * ever taken out. The wall clock is asked now and then, and in between the nano clock tells.
 *
 * <p>For the loop's thread.
 */
public final class TaskTraces {
  /** For so long the nano clock is believed to run as fast as the wall clock. */
  private static final long BELIEVED = Duration.ofMillis(10).toNanos();

  private static final long UNKNOWN = -1;

  private final InstantSource clock;
  private final NanoClock nanos;
  private final @Nullable Steps[] ring;
  private final long[] newest;
  private long records;
  private long readAt;
  private long readMicros;

  /**
   * @param kept how many tasks are kept; 0 for nothing
   */
  public TaskTraces(int kept, InstantSource clock, NanoClock nanos) {
    this.clock = clock;
    this.nanos = nanos;
    ring = new @Nullable Steps[kept];
    newest = new long[kept == 0 ? 0 : Integer.highestOneBit(Math.max(kept, 2) - 1) << 1];
    readClocks(nanos.nanoTime());
  }

  // ---- what happens ----------------------------------------------------------------------------

  /**
   * A task has come.
   *
   * @param at when it was received
   * @param storedAt when its commit was through, on the nano clock
   */
  public void submitted(TaskId task, Instant at, long storedAt) {
    if (ring.length > 0) {
      Steps steps = open(task, true);
      steps.add(micros(at), Kind.RECEIVED, 0, UNKNOWN, null);
      steps.add(micros(storedAt), Kind.STORED, 0, UNKNOWN, null);
    }
  }

  /** Something happened to a task, while none of its attempts ran. */
  public void add(TaskId task, Kind kind) {
    add(task, kind, null);
  }

  /**
   * The same.
   *
   * @param detail a few words for people; null for none
   */
  public void add(TaskId task, Kind kind, @Nullable String detail) {
    if (ring.length > 0) {
      known(task).add(micros(nanos.nanoTime()), kind, 0, UNKNOWN, detail);
    }
  }

  /** A worker gets an attempt, or has it. */
  public void begun(AttemptId attempt, Kind kind, WorkerId worker) {
    if (ring.length > 0) {
      add(known(attempt.task()), attempt, kind, UNKNOWN, worker);
    }
  }

  /**
   * An attempt ended.
   *
   * @param ran how long its handler ran; null when that is not known
   * @param detail a few words for people; null for none
   */
  public void ended(AttemptId attempt, Kind kind, @Nullable Duration ran, @Nullable String detail) {
    if (ring.length > 0) {
      long micros = ran == null ? UNKNOWN : ran.toNanos() / 1_000;
      add(known(attempt.task()), attempt, kind, micros, detail);
    }
  }

  /** Something happened to an attempt; not kept of a task of which nothing is. */
  public void add(AttemptId attempt, Kind kind) {
    add(attempt, kind, null);
  }

  /**
   * The same.
   *
   * @param detail a few words for people; null for none
   */
  public void add(AttemptId attempt, Kind kind, @Nullable String detail) {
    Steps steps = find(attempt.task());
    if (steps != null) {
      add(steps, attempt, kind, UNKNOWN, detail);
    }
  }

  private void add(Steps steps, AttemptId attempt, Kind kind, long ran, @Nullable Object remark) {
    steps.add(micros(nanos.nanoTime()), kind, attempt.number(), ran, remark);
  }

  /** A client that waited is about to be told; not kept of a task of which nothing is. */
  public void delivered(TaskId task) {
    Steps steps = find(task);
    if (steps != null) {
      steps.add(micros(nanos.nanoTime()), Kind.DELIVERED, 0, UNKNOWN, null);
    }
  }

  /** To be called now and then: looks at the clock. */
  public void turn(long now) {
    if (now - readAt > BELIEVED) {
      readClocks(now);
    }
  }

  // ---- what is known ---------------------------------------------------------------------------

  /** What is kept of a task. */
  public TaskTrace trace(TaskId task) {
    Steps steps = find(task);
    return steps == null ? TaskTrace.unknown(task) : steps.trace(task);
  }

  private Steps known(TaskId task) {
    Steps steps = find(task);
    return steps == null ? open(task, false) : steps;
  }

  private @Nullable Steps find(TaskId task) {
    if (ring.length == 0) {
      return null;
    }
    long number = newest[hash(task)];
    while (number != 0) {
      Steps steps = ring[index(number)];
      if (steps == null || steps.number != number) {
        return null; // the ring has run over it, and so over all before it
      }
      if (steps.isOf(task)) {
        return steps;
      }
      number = steps.before;
    }
    return null;
  }

  private Steps open(TaskId task, boolean atReceipt) {
    long number = ++records;
    int index = index(number);
    Steps steps = ring[index];
    if (steps == null) {
      steps = new Steps();
      ring[index] = steps;
    }
    int hash = hash(task);
    steps.open(task, atReceipt);
    steps.number = number;
    steps.before = newest[hash];
    newest[hash] = number;
    return steps;
  }

  private int index(long number) {
    return (int) (number % ring.length);
  }

  private int hash(TaskId task) {
    long mixed = (task.high() ^ task.low()) * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 32) & newest.length - 1;
  }

  // ---- time ------------------------------------------------------------------------------------

  private void readClocks(long now) {
    readAt = now;
    readMicros = micros(clock.instant());
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  private long micros(long nanoTime) {
    return readMicros + (nanoTime - readAt) / 1_000;
  }
}
