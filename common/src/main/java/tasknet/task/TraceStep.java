package tasknet.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened on the way of a task, as the dispatcher saw it; {@code docs/trace.md}
 * tells of each kind.
 *
 * @param at when, to the microsecond; for one that happened several times, the first of them
 * @param attempt the number of the attempt that it is about; null for none
 * @param worker that has or had the attempt; null for none, and when it is not known any more
 * @param detail a few words for people; null for none
 * @param ran how long the handler ran, as the worker tells with a result; null when it did not
 * @param times how often it happened, when that is more than once
 * @param until when it happened for the last time, when that is more than once
 */
public record TraceStep(
    Instant at,
    Kind kind,
    @Nullable Integer attempt,
    @Nullable String worker,
    @Nullable String detail,
    @Nullable Duration ran,
    @Nullable Integer times,
    @Nullable Instant until) {
  /** What happened. */
  public enum Kind {
    /** A client, or a schedule, handed the task over. */
    RECEIVED,
    /** It is committed in the store. */
    STORED,
    /** It waits for its time. */
    SCHEDULED,
    /** It waits for its turn. */
    QUEUED,
    /** An attempt is committed, and may be sent. */
    BEGUN,
    /** The attempt went to its worker. */
    SENT,
    /** A request was not acknowledged in time, and went again. */
    RETRANSMITTED,
    /** A request was not acknowledged after its last retransmission. */
    GIVEN_UP,
    /** The worker has the attempt. */
    ACKNOWLEDGED,
    /** The worker does not run the attempt. */
    REJECTED,
    /** The worker told how far the attempt is. */
    PROGRESS,
    /** The worker was asked what it knows of the attempt. */
    PROBED,
    /** The worker knows nothing of the attempt. */
    UNKNOWN,
    /** The attempt is of the dispatcher's process before this one, and goes on. */
    RECOVERED,
    /** The worker was told to stop the attempt. */
    CANCEL_SENT,
    /** The attempt ended with a result that goes over HTTP. */
    RESULT_READY,
    /** The worker was told where to put that result. */
    INVITED,
    /** The result arrived. */
    RESULT,
    /** The end of the attempt is committed. */
    COMMITTED,
    /** The worker was told that it may forget the result. */
    RESULT_ACKNOWLEDGED,
    /** A result that came late, or again, changed nothing. */
    LATE_RESULT,
    /** The attempt may have run, and nothing will be heard of it. */
    LOST,
    /** The attempt has not run, and never will. */
    NOT_RUN,
    /** Another attempt follows, after a wait. */
    RETRY_SCHEDULED,
    /** The task was cancelled. */
    CANCELLED,
    /** The deadline of the task passed while it waited. */
    EXPIRED,
    /** The task was DEAD, and was brought back. */
    REQUEUED,
    /** A client that waited is told of the outcome. */
    DELIVERED;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /**
     * Reads a kind as {@link #toString} writes it.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static Kind parse(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
