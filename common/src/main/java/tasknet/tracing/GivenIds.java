package tasknet.tracing;

import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasknet.task.TraceContext;

/** Ids by chance, except for spans that have theirs already. */
final class GivenIds implements IdGenerator {
  private static final ThreadLocal<@Nullable TraceContext> GIVEN = new ThreadLocal<>();

  private final IdGenerator random = IdGenerator.random();

  /** Whatever span is begun meanwhile, on this thread, has the ids of that context. */
  <T> T with(@Nullable TraceContext context, Supplier<T> begin) {
    if (context == null) {
      return begin.get();
    }
    GIVEN.set(context);
    try {
      return begin.get();
    } finally {
      GIVEN.remove();
    }
  }

  @Override
  public String generateSpanId() {
    TraceContext context = GIVEN.get();
    return context == null ? random.generateSpanId() : context.spanId();
  }

  @Override
  public String generateTraceId() {
    TraceContext context = GIVEN.get();
    return context == null ? random.generateTraceId() : context.traceId();
  }
}
