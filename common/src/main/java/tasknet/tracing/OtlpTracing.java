package tasknet.tracing;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/** Exports spans with the OpenTelemetry SDK, in batches, on a thread of its own. */
final class OtlpTracing implements Tracing {
  private static final Duration BATCH_AFTER = Duration.ofSeconds(1);
  private static final int MOST_WAITING = 1 << 15;
  private static final int MOST_IN_A_BATCH = 1 << 11;
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final Sampler sampler;
  private final GivenIds ids;

  private OtlpTracing(OpenTelemetrySdk sdk, Sampler sampler, GivenIds ids) {
    this.sdk = sdk;
    this.tracer = sdk.getTracer("tasknet");
    this.sampler = sampler;
    this.ids = ids;
  }

  static OtlpTracing to(TracingSettings settings, String instance, Logger log) {
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(settings.traces().toString())
            .setHeaders(settings::headers)
            .build();
    BatchSpanProcessor batches =
        BatchSpanProcessor.builder(
                new ReportingExporter(exporter, settings.traces().toString(), log))
            .setScheduleDelay(BATCH_AFTER)
            .setMaxQueueSize(MOST_WAITING)
            .setMaxExportBatchSize(MOST_IN_A_BATCH)
            .build();
    GivenIds ids = new GivenIds();
    Sampler sampler = sampler(settings);
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(Resource.getDefault().merge(resource(settings, instance)))
            .setSampler(sampler)
            .setIdGenerator(ids)
            .addSpanProcessor(batches)
            .build();
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(provider)
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    return new OtlpTracing(sdk, sampler, ids);
  }

  private static Resource resource(TracingSettings settings, String instance) {
    AttributesBuilder attributes = Attributes.builder();
    attributes.put("service.namespace", "tasknet");
    attributes.put("service.instance.id", instance);
    settings.attributes().forEach(attributes::put);
    attributes.put("service.name", settings.service());
    return Resource.create(attributes.build());
  }

  private static Sampler sampler(TracingSettings settings) {
    Sampler ratio = Sampler.traceIdRatioBased(settings.ratio());
    return switch (settings.sampler()) {
      case ALWAYS_ON -> Sampler.alwaysOn();
      case ALWAYS_OFF -> Sampler.alwaysOff();
      case TRACEIDRATIO -> ratio;
      case PARENTBASED_ALWAYS_ON -> Sampler.parentBased(Sampler.alwaysOn());
      case PARENTBASED_ALWAYS_OFF -> Sampler.parentBased(Sampler.alwaysOff());
      case PARENTBASED_TRACEIDRATIO -> Sampler.parentBased(ratio);
    };
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public TraceContext begin(@Nullable TraceContext parent) {
    String trace = parent == null ? ids.generateTraceId() : parent.traceId();
    return child(parent, trace, ids.generateSpanId());
  }

  @Override
  public @Nullable TraceContext begin(@Nullable TraceContext parent, AttemptId attempt) {
    return parent == null ? null : child(parent, parent.traceId(), id(attempt));
  }

  /** The sampler is asked twice, here and when the span is recorded; all of ours say the same. */
  private TraceContext child(@Nullable TraceContext parent, String trace, String span) {
    boolean sampled =
        sampler
            .shouldSample(
                context(parent), trace, "", SpanKind.INTERNAL, Attributes.empty(), List.of())
            .getDecision()
            .equals(SamplingDecision.RECORD_AND_SAMPLE);
    return TraceContext.of(trace, span, sampled, parent == null ? null : parent.tracestate());
  }

  /** The chance in the task's id, mixed with the number as SplitMix64 does; never 0. */
  private static String id(AttemptId attempt) {
    TaskId task = attempt.task();
    long mixed = task.low() ^ (task.high() << 48) ^ (attempt.number() * 0x9E3779B97F4A7C15L);
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    mixed ^= mixed >>> 31;
    return java.util.HexFormat.of().toHexDigits(mixed == 0 ? 1 : mixed);
  }

  @Override
  public void record(PastSpan past) {
    if (past.context() != null && !past.context().isSampled()) {
      return;
    }
    SpanBuilder builder =
        builder(past.name(), kind(past.kind()), past.parent(), past.attributes())
            .setStartTimestamp(past.from());
    Span span = ids.with(past.context(), builder::startSpan);
    if (past.error() != null) {
      failed(span, past.error());
    }
    span.end(past.until().isBefore(past.from()) ? past.from() : past.until());
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // by the one that it is given to
  public HandlerSpan handler(
      @Nullable TraceContext parent, AttemptId attempt, TaskType type, String worker) {
    Span span =
        builder(
                "handler " + type.name(),
                SpanKind.CONSUMER,
                parent,
                PastSpan.attributes("handler", attempt, type, worker))
            .startSpan();
    return new AtWork(span, context(parent).with(span).makeCurrent(), context(span, parent));
  }

  private static TraceContext context(Span span, @Nullable TraceContext parent) {
    return TraceContext.of(
        span.getSpanContext().getTraceId(),
        span.getSpanContext().getSpanId(),
        span.getSpanContext().isSampled(),
        parent == null ? null : parent.tracestate());
  }

  private record AtWork(Span span, Scope scope, TraceContext context) implements HandlerSpan {
    @Override
    public void ended(Outcome outcome) {
      if (outcome instanceof Outcome.Failed(TaskError error)) {
        failed(span, error);
      }
    }

    @Override
    public void close() {
      scope.close();
      span.end();
    }
  }

  private SpanBuilder builder(
      String name, SpanKind kind, @Nullable TraceContext parent, Map<String, Object> attributes) {
    SpanBuilder builder = tracer.spanBuilder(name).setSpanKind(kind).setParent(context(parent));
    attributes.forEach(
        (key, value) -> {
          switch (value) {
            case Long number -> builder.setAttribute(key, number);
            case Boolean flag -> builder.setAttribute(key, flag);
            default -> builder.setAttribute(key, value.toString());
          }
        });
    return builder;
  }

  private static Context context(@Nullable TraceContext span) {
    return span == null ? Context.root() : Headers.extract(Context.root(), span);
  }

  private static SpanKind kind(PastSpan.Kind kind) {
    return switch (kind) {
      case SERVER -> SpanKind.SERVER;
      case CLIENT -> SpanKind.CLIENT;
      case PRODUCER -> SpanKind.PRODUCER;
      case INTERNAL -> SpanKind.INTERNAL;
    };
  }

  private static void failed(Span span, TaskError error) {
    span.setAttribute("error.type", error.code());
    span.setStatus(StatusCode.ERROR, error.message());
  }

  @Override
  public void shareWithHandlers() {
    if (!GlobalOpenTelemetry.isSet()) {
      GlobalOpenTelemetry.set(sdk);
    }
  }

  @Override
  public void close() {
    sdk.getSdkTracerProvider().shutdown().join(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
  }
}
