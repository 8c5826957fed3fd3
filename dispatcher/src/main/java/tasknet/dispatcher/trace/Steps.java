package tasknet.dispatcher.trace;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tasknet.registry.WorkerId;
import tasknet.task.TaskId;
import tasknet.task.TaskTrace;
import tasknet.task.TraceStep;
import tasknet.task.TraceStep.Kind;

/**
 * The steps of one task, and then of another: the memory is used again. Each step is two numbers
 * and two references, so that adding one allocates nothing; they are side by side, because the
 * memory of a task has left the processor's cache when the next thing happens to it.
 *
 * <p>Of what happens to an attempt again and again, a few are kept one by one, and the rest as a
 * count. Of a task with more steps the first and the last ones are kept. For one thread.
 */
final class Steps {
  /** The most steps of a task. */
  static final int MOST = 32;

  /** How many of them are the first ones, when there were more. */
  static final int FIRST = 8;

  /** So often the same is kept one by one in an attempt: a request and its retransmissions. */
  static final int ONE_BY_ONE = 6;

  /** As many as most tasks have. */
  private static final int USUAL = 12;

  // How long it ran stands below the attempt; there is room for more than the wire allows.
  private static final int RAN_BITS = 38;
  private static final long RAN = (1L << RAN_BITS) - 1;
  private static final int MOST_ATTEMPT = (1 << (Long.SIZE - RAN_BITS - 1)) - 1;

  /** For each step its time, and then its attempt and how long that ran. */
  private long[] numbers = new long[2 * USUAL];

  /** For each step its kind and the remark. */
  private @Nullable Object[] words = new @Nullable Object[2 * USUAL];

  /** Whose they are. */
  private long high;

  private long low;
  private boolean fromReceipt;
  private int added;
  private long lastAt;

  /** Which record of all it is. */
  long number;

  /** The record before it with the same hash. */
  long before;

  /** What happened several times, and is kept as one step. */
  private static final class Repeats {
    private int times = 1;
    private long until;
    private @Nullable Object remark;
  }

  /** Forgets all, and begins with another task. */
  void open(TaskId task, boolean atReceipt) {
    Arrays.fill(words, null);
    high = task.high();
    low = task.low();
    fromReceipt = atReceipt;
    added = 0;
    lastAt = 0;
  }

  boolean isOf(TaskId task) {
    return low == task.low() && high == task.high();
  }

  /**
   * Adds a step.
   *
   * @param at in microseconds since 1970
   * @param attempt its number; 0 for none
   * @param ran in microseconds; negative when it is not known
   * @param remark the {@link WorkerId worker} that gets the attempt, or a text; null for nothing
   */
  void add(long at, Kind kind, int attempt, long ran, @Nullable Object remark) {
    lastAt = Math.max(lastAt, at); // several clocks are read, and the order is what is known
    int number = Math.min(attempt, MOST_ATTEMPT);
    if (repeats(kind) && isCounted(kind, number, remark)) {
      return;
    }
    int index = index(added);
    if (2 * index == words.length) {
      int more = Math.min(2 * index, MOST);
      numbers = Arrays.copyOf(numbers, 2 * more);
      words = Arrays.copyOf(words, 2 * more);
    }
    numbers[2 * index] = lastAt;
    numbers[2 * index + 1] = (long) number << RAN_BITS | Math.min(ran + 1, RAN);
    words[2 * index] = kind;
    words[2 * index + 1] = remark;
    added++;
  }

  private static int index(int step) {
    return step < FIRST ? step : FIRST + (step - FIRST) % (MOST - FIRST);
  }

  /** Whether it may happen to an attempt any number of times. */
  private static boolean repeats(Kind kind) {
    return switch (kind) {
      case RETRANSMITTED, ACKNOWLEDGED, PROGRESS, PROBED, LATE_RESULT -> true;
      case CANCEL_SENT, RESULT_READY, INVITED, RESULT_ACKNOWLEDGED -> true;
      case RECEIVED, STORED, SCHEDULED, QUEUED, BEGUN, SENT, GIVEN_UP, REJECTED, UNKNOWN -> false;
      case RECOVERED, RESULT, COMMITTED, LOST, NOT_RUN, RETRY_SCHEDULED -> false;
      case CANCELLED, EXPIRED, REQUEUED, DELIVERED -> false;
    };
  }

  /** Counts what has happened so often that it is not kept one by one any more. */
  private boolean isCounted(Kind kind, int attempt, @Nullable Object remark) {
    int same = 0;
    int newest = -1;
    for (int step = added - 1; step >= firstOfRest() && same < ONE_BY_ONE; step--) {
      int index = index(step);
      if (kind(index) == kind && attempt(index) == attempt) {
        newest = newest < 0 ? index : newest;
        same = remark(index) instanceof Repeats ? ONE_BY_ONE : same + 1;
      }
    }
    if (same < ONE_BY_ONE) {
      return false;
    }
    Repeats repeats = remark(newest) instanceof Repeats before ? before : new Repeats();
    repeats.times++;
    repeats.until = lastAt;
    repeats.remark = remark;
    words[2 * newest + 1] = repeats;
    return true;
  }

  /** What was kept, the oldest first. */
  TaskTrace trace(TaskId task) {
    List<TraceStep> steps = new ArrayList<>(Math.min(added, MOST));
    for (int step = 0; step < added; step++) {
      if (step < FIRST || step >= firstOfRest()) {
        steps.add(step(index(step)));
      }
    }
    return new TaskTrace(task, fromReceipt && added <= MOST, steps);
  }

  /** The oldest step that is kept, after the first ones; 0 when all are. */
  private int firstOfRest() {
    return added <= MOST ? 0 : added - MOST + FIRST;
  }

  private TraceStep step(int index) {
    Object said = remark(index);
    Repeats repeats = said instanceof Repeats some ? some : null;
    Object remark = repeats == null ? said : repeats.remark;
    int attempt = attempt(index);
    long ran = (numbers[2 * index + 1] & RAN) - 1;
    return new TraceStep(
        instant(numbers[2 * index]),
        kind(index),
        attempt == 0 ? null : attempt,
        attempt == 0 ? null : worker(attempt),
        remark == null || remark instanceof WorkerId ? null : remark.toString(),
        ran < 0 ? null : Duration.of(ran, ChronoUnit.MICROS),
        repeats == null ? null : repeats.times,
        repeats == null ? null : instant(repeats.until));
  }

  private @Nullable String worker(int attempt) {
    for (int index = 0; index < Math.min(added, MOST); index++) {
      if (attempt(index) == attempt && remark(index) instanceof WorkerId worker) {
        return worker.name();
      }
    }
    return null;
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private int attempt(int index) {
    return (int) (numbers[2 * index + 1] >>> RAN_BITS);
  }

  private Kind kind(int index) {
    return (Kind) Objects.requireNonNull(words[2 * index]);
  }

  private @Nullable Object remark(int index) {
    return words[2 * index + 1];
  }
}
