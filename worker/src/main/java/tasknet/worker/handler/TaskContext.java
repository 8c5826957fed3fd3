package tasknet.worker.handler;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.TraceContext;

/** What a handler may know of the attempt that it does, and tell of it. */
public interface TaskContext {
  /** Which attempt it is. */
  AttemptId attempt();

  /**
   * Where in a distributed trace the handler is, for requests that it makes: their headers {@code
   * traceparent} and {@code tracestate}. A handler that uses OpenTelemetry needs it not, for the
   * span is its thread's current one. Null when there is no trace.
   */
  default @Nullable TraceContext trace() {
    return null;
  }

  /** How long the attempt may still run; not negative. */
  Duration timeLeft();

  /**
   * Whether the attempt is cancelled or timed out, so that nobody wants its result. A handler that
   * takes long should ask now and then, and end; a second later its thread is interrupted.
   */
  boolean cancelled();

  /**
   * Waits, but no longer than until the attempt is cancelled or the thread interrupted.
   *
   * @return whether it waited for the whole time
   */
  boolean sleep(Duration duration);

  /**
   * Tells how far the attempt is. May be lost, and is passed on at most once a second.
   *
   * @param percent 0 to 100; what is beyond is taken as the nearest
   * @param note one sentence for people; may be empty
   */
  void progress(int percent, String note);
}
