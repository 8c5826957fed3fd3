package tasknet.wire;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/** What was read of a line so far; the message follows when all is. */
final class MessageFields {
  /** The longest timeout, in milliseconds: a day. */
  static final int LONGEST_TIMEOUT = 86_400_000;

  /** The most that an attempt may have run, in microseconds: twice the longest timeout. */
  static final long MOST_RAN = Duration.ofDays(2).toNanos() / 1_000;

  @Nullable String op;
  @Nullable TaskId task;
  int attempt;
  @Nullable TaskType type;
  long timeout;
  @Nullable JsonText payload;
  @Nullable URI payloadUrl;
  @Nullable URI url;
  long size = -1;
  @Nullable JsonText result;
  @Nullable TaskError error;
  @Nullable String reason;
  @Nullable String detail;
  @Nullable String note;
  int percent;
  int credit;
  long epoch;
  @Nullable Duration ran;
  @Nullable String traceparent;
  @Nullable String tracestate;

  @Nullable AttemptId attemptOrNull() {
    return task == null || attempt == 0 ? null : new AttemptId(task, attempt);
  }

  MessageCodec.Decoded message() {
    AttemptId id = new AttemptId(required("task", task), attempt);
    return switch (required("op", op)) {
      case "execute" ->
          new MessageCodec.Known(
              new Message.Execute(
                  id,
                  required("type", type),
                  Duration.ofMillis(timeout(timeout)),
                  payload(),
                  epoch,
                  TraceContext.read(traceparent, tracestate)));
      case "accepted" -> new MessageCodec.Known(new Message.Accepted(id, credit));
      case "rejected" ->
          new MessageCodec.Known(
              new Message.Rejected(
                  id, required("reason", Message.Rejection.of(reason)), orEmpty(detail), credit));
      case "progress" -> new MessageCodec.Known(new Message.Progress(id, percent, orEmpty(note)));
      case "result" -> new MessageCodec.Known(new Message.Result(id, outcome(), credit, ran));
      case "result-ready" ->
          new MessageCodec.Known(new Message.ResultReady(id, size(), credit, ran));
      case "upload" -> new MessageCodec.Known(new Message.Upload(id, required("url", url)));
      case "result-ack" -> new MessageCodec.Known(new Message.ResultAck(id));
      case "cancel" -> new MessageCodec.Known(new Message.Cancel(id));
      case "probe" -> new MessageCodec.Known(new Message.Probe(id));
      case "unknown" -> new MessageCodec.Known(new Message.Unknown(id, credit));
      default -> new MessageCodec.Undecodable(Drop.UNKNOWN_OP, id, "unknown op");
    };
  }

  private Payload payload() {
    return payloadUrl != null
        ? new Payload.Reference(payloadUrl, size())
        : new Payload.Inline(required("payload", payload));
  }

  private long size() {
    if (size < 0) {
      throw new InvalidValueException("size", "nothing", "given");
    }
    return size;
  }

  private Outcome outcome() {
    return error != null
        ? new Outcome.Failed(error)
        : new Outcome.Completed(required("result", result));
  }

  private static long timeout(long milliseconds) {
    if (milliseconds == 0) {
      throw new InvalidValueException("timeout", "nothing", "given");
    }
    return milliseconds;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new InvalidValueException(name, "nothing", "given, with an allowed value");
    }
    return value;
  }
}
