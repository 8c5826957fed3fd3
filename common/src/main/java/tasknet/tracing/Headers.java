package tasknet.tracing;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;
import tasknet.task.TraceContext;

/** Contexts as OpenTelemetry has them, and as Tasknet carries them. */
final class Headers {
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final TextMapGetter<TraceContext> GETTER =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable TraceContext carrier, String key) {
          if (carrier == null) {
            return null;
          }
          return switch (key) {
            case "traceparent" -> carrier.traceparent();
            case "tracestate" -> carrier.tracestate();
            default -> null;
          };
        }
      };

  private Headers() {}

  /** The context of OpenTelemetry with the span of ours. */
  static Context extract(Context context, TraceContext span) {
    return W3C.extract(context, span, GETTER);
  }
}
