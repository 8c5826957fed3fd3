package tasknet.tracing;

import org.jspecify.annotations.Nullable;
import tasknet.task.Outcome;
import tasknet.task.TraceContext;

/** The span of a handler at work, for the handler's thread. */
public interface HandlerSpan extends AutoCloseable {
  /** There is no trace. */
  HandlerSpan NONE =
      new HandlerSpan() {
        @Override
        public @Nullable TraceContext context() {
          return null;
        }

        @Override
        public void ended(Outcome outcome) {}

        @Override
        public void close() {}
      };

  /** Under which the handler's own requests belong; null when there is no trace. */
  @Nullable TraceContext context();

  /** How the handler ended. */
  void ended(Outcome outcome);

  /** It is not the current span of this thread any more. */
  @Override
  void close();
}
