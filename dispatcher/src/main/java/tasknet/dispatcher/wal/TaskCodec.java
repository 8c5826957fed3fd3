package tasknet.dispatcher.wal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.runtime.Backoff;
import tasknet.task.JsonText;
import tasknet.task.Labels;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/**
 * How a task is written, with all that it was added with. Durations are nanoseconds; what most
 * tasks have in common is one bit.
 */
final class TaskCodec {
  private static final int DURABLE = 1;
  private static final int IN_MEMORY = 2;
  private static final int DEFAULT_BACKOFF = 4;
  private static final int TRACE = 8;
  private static final int TRACE_STATE = 16;

  private TaskCodec() {}

  /**
   * @throws IllegalArgumentException if its terms need the store, so it is never in memory
   */
  static void write(QueuedTask task, ByteWriter out) {
    TaskRequest request = task.request();
    TaskTerms terms = request.terms();
    refuseOthers(task.id(), terms);
    LogCodec.writeId(task.id(), out);
    out.putByte(flags(task, terms.trace()));
    out.putText(request.type().name());
    out.putText(request.payload().text());
    out.putNumber(request.timeout().toNanos());
    out.putNumber(request.maxAttempts());
    if (!request.backoff().equals(Backoff.DEFAULT)) {
      writeBackoff(request.backoff(), out);
    }
    out.putNumber(terms.priority());
    writeLabels(terms.labels(), out);
    writeTrace(terms.trace(), out);
    long created = LogCodec.micros(task.createdAt());
    out.putNumber(created);
    out.putNumber(LogCodec.micros(task.queuedAt()) - created); // mostly nothing
    out.putNumber(task.position());
    out.putNumber(task.attempts());
    out.putNumber(task.failures());
  }

  /**
   * @throws RuntimeException if it is none
   */
  static QueuedTask read(ByteReader in) {
    TaskId id = LogCodec.readId(in);
    int flags = in.readByte();
    TaskType type = TaskType.of(in.readText());
    JsonText payload = new JsonText(in.readText());
    Duration timeout = Duration.ofNanos(in.readNumber());
    int maxAttempts = in.readInt();
    Backoff backoff = has(flags, DEFAULT_BACKOFF) ? Backoff.DEFAULT : readBackoff(in);
    int priority = in.readInt();
    Labels labels = readLabels(in);
    TraceContext trace = readTrace(flags, in);
    TaskTerms terms =
        new TaskTerms(null, null, priority, labels, null, null, trace, has(flags, DURABLE));
    long created = in.readNumber();
    long queued = created + in.readNumber();
    return new QueuedTask(
        id,
        new TaskRequest(type, payload, timeout, maxAttempts, backoff, terms),
        LogCodec.instant(created),
        LogCodec.instant(queued),
        in.readNumber(),
        in.readInt(),
        in.readInt(),
        has(flags, IN_MEMORY));
  }

  private static void refuseOthers(TaskId id, TaskTerms terms) {
    if (terms.deadline() != null
        || terms.runAt() != null
        || terms.schedule() != null
        || terms.callback() != null) {
      throw new IllegalArgumentException("task " + id + " has terms that need the store");
    }
  }

  private static int flags(QueuedTask task, @Nullable TraceContext trace) {
    return (task.request().terms().durable() ? DURABLE : 0)
        | (task.inMemory() ? IN_MEMORY : 0)
        | (task.request().backoff().equals(Backoff.DEFAULT) ? DEFAULT_BACKOFF : 0)
        | (trace != null ? TRACE : 0)
        | (trace != null && trace.tracestate() != null ? TRACE_STATE : 0);
  }

  private static boolean has(int flags, int flag) {
    return (flags & flag) != 0;
  }

  private static void writeBackoff(Backoff backoff, ByteWriter out) {
    out.putNumber(backoff.first().toNanos());
    out.putDouble(backoff.factor());
    out.putNumber(backoff.cap().toNanos());
    out.putDouble(backoff.jitter());
  }

  private static Backoff readBackoff(ByteReader in) {
    return new Backoff(
        Duration.ofNanos(in.readNumber()),
        in.readDouble(),
        Duration.ofNanos(in.readNumber()),
        in.readDouble());
  }

  private static void writeLabels(Labels labels, ByteWriter out) {
    out.putNumber(labels.values().size());
    if (!labels.isEmpty()) {
      for (Map.Entry<String, String> label : labels.values().entrySet()) {
        out.putText(label.getKey());
        out.putText(label.getValue());
      }
    }
  }

  private static Labels readLabels(ByteReader in) {
    int count = in.readInt();
    if (count == 0) {
      return Labels.NONE;
    }
    Map<String, String> values = new HashMap<>();
    for (int number = 0; number < count; number++) {
      values.put(in.readText(), in.readText());
    }
    return new Labels(values);
  }

  private static void writeTrace(@Nullable TraceContext trace, ByteWriter out) {
    if (trace != null) {
      out.putText(trace.traceparent());
      if (trace.tracestate() != null) {
        out.putText(trace.tracestate());
      }
    }
  }

  private static @Nullable TraceContext readTrace(int flags, ByteReader in) {
    return has(flags, TRACE)
        ? new TraceContext(in.readText(), has(flags, TRACE_STATE) ? in.readText() : null)
        : null;
  }
}
