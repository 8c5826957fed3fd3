package tasknet.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/** Costs nothing: without a context from outside it makes no object, and needs no class. */
final class NoTracing implements Tracing {
  @Override
  public boolean isOn() {
    return false;
  }

  @Override
  public @Nullable TraceContext begin(@Nullable TraceContext parent) {
    return parent;
  }

  @Override
  public @Nullable TraceContext begin(@Nullable TraceContext parent, AttemptId attempt) {
    return parent;
  }

  @Override
  public void record(PastSpan span) {}

  @Override
  public HandlerSpan handler(
      @Nullable TraceContext parent, AttemptId attempt, TaskType type, String worker) {
    return parent == null ? HandlerSpan.NONE : new Carried(parent);
  }

  @Override
  public void shareWithHandlers() {}

  @Override
  public void close() {}

  /** A handler may trace by itself: it finds the client's span as the current one. */
  private record Carried(TraceContext context, Scope scope) implements HandlerSpan {
    @SuppressWarnings("MustBeClosedChecker") // by close
    Carried(TraceContext context) {
      this(context, Headers.extract(Context.root(), context).makeCurrent());
    }

    @Override
    public void ended(Outcome outcome) {}

    @Override
    public void close() {
      scope.close();
    }
  }
}
