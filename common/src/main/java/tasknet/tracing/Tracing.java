package tasknet.tracing;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.task.AttemptId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/**
 * Where the spans of a service go. Most are told of when they have ended, because they begin in one
 * process and may end in another; what is done under them needs only their {@link TraceContext},
 * which is made when they begin. For use by several threads.
 */
public sealed interface Tracing extends AutoCloseable permits NoTracing, OtlpTracing {
  /** Spans go nowhere; contexts are passed on as they came. */
  Tracing OFF = new NoTracing();

  /**
   * Makes what the settings ask for.
   *
   * @param settings null for {@link #OFF}
   * @param instance what tells this process from others of its service
   */
  static Tracing of(@Nullable TracingSettings settings, String instance, Logger log) {
    return settings == null ? OFF : OtlpTracing.to(settings, instance, log);
  }

  /** Whether spans are wanted, so that it is worth the while to describe them. */
  boolean isOn();

  /**
   * A span begins now.
   *
   * @param parent null to begin a trace
   * @return the context of what is done under it; the parent itself when tracing is off
   */
  @Nullable TraceContext begin(@Nullable TraceContext parent);

  /**
   * The span of an attempt begins, or began: its context is the same in each process that asks.
   *
   * @param parent of the task; null to have none
   */
  @Nullable TraceContext begin(@Nullable TraceContext parent, AttemptId attempt);

  /** Takes a span that has ended. */
  void record(PastSpan span);

  /**
   * A handler begins on this thread: its span is the current one of OpenTelemetry until it is
   * closed, so that what the handler does itself joins the trace.
   *
   * @param parent as the dispatcher sent it; null for none
   */
  HandlerSpan handler(
      @Nullable TraceContext parent, AttemptId attempt, TaskType type, String worker);

  /** Lets handlers reach it as OpenTelemetry's global instance; the first of a process stays. */
  void shareWithHandlers();

  /** Sends what is left, for a short time. */
  @Override
  void close();
}
