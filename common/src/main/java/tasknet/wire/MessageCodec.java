package tasknet.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.task.AttemptId;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Messages to and from lines of JSON. A payload or result is neither parsed nor written anew: its
 * bytes are cut out of the line as they are.
 */
final class MessageCodec {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // only UTF-8
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Json.MAX_NESTING + 1)
                  .maxNumberLength(1000)
                  .build())
          .build();

  /** The most that an attempt may have run, in microseconds: twice the longest timeout. */
  private static final long MOST_RAN = Duration.ofDays(2).toNanos() / 1_000;

  /** More than all that a result's message has beside the result, in bytes. */
  private static final int AROUND_A_RESULT = 200;

  private MessageCodec() {}

  /**
   * Whether a message is shorter than that, seen without writing it; false when that cannot be
   * seen.
   *
   * @param bytes with its line break
   */
  static boolean isSurelyShort(Message message, int bytes) {
    return message instanceof Message.Result result
        && result.outcome() instanceof Outcome.Completed(JsonText json)
        && json.fitsInto(bytes - AROUND_A_RESULT);
  }

  /** The message as one line, with its line break. */
  static byte[] encode(Message message) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
      out.writeStartObject();
      out.writeStringProperty("op", message.op());
      out.writeStringProperty("task", message.attempt().task().toString());
      out.writeNumberProperty("attempt", message.attempt().number());
      switch (message) {
        case Message.Execute execute -> {
          out.writeStringProperty("type", execute.type().name());
          out.writeNumberProperty("timeout", execute.timeout().toMillis());
          if (execute.epoch() != 0) {
            out.writeNumberProperty("epoch", execute.epoch());
          }
          if (execute.trace() != null) {
            trace(out, execute.trace());
          }
          payload(out, execute.payload());
        }
        case Message.Rejected rejected -> {
          out.writeStringProperty("reason", rejected.reason().code());
          out.writeStringProperty("detail", sendable(rejected.detail()));
        }
        case Message.Progress progress -> {
          out.writeNumberProperty("percent", progress.percent());
          out.writeStringProperty("note", sendable(progress.note()));
        }
        case Message.Result result -> {
          outcome(out, result.outcome());
          ran(out, result.ran());
        }
        case Message.ResultReady ready -> {
          out.writeNumberProperty("size", ready.size());
          ran(out, ready.ran());
        }
        case Message.Upload upload -> out.writeStringProperty("url", upload.url().toString());
        case Message.Accepted _, Message.ResultAck _ -> {}
        case Message.Cancel _, Message.Probe _, Message.Unknown _ -> {}
      }
      if (message instanceof Message.WithCredit withCredit) {
        out.writeNumberProperty("credit", withCredit.credit());
      }
      out.writeEndObject();
    }
    line.write('\n');
    return line.toByteArray();
  }

  private static void trace(JsonGenerator out, TraceContext trace) {
    out.writeStringProperty("traceparent", trace.traceparent());
    if (trace.tracestate() != null) {
      out.writeStringProperty("tracestate", trace.tracestate());
    }
  }

  private static void payload(JsonGenerator out, Payload payload) {
    switch (payload) {
      case Payload.Inline(JsonText json) -> raw(out, "payload", json);
      case Payload.Reference(URI url, long size) -> {
        out.writeStringProperty("payloadUrl", url.toString());
        out.writeNumberProperty("size", size);
      }
    }
  }

  private static void outcome(JsonGenerator out, Outcome outcome) {
    switch (outcome) {
      case Outcome.Completed completed -> raw(out, "result", completed.result());
      case Outcome.Failed(TaskError error) -> {
        out.writeObjectPropertyStart("error");
        out.writeStringProperty("code", sendable(error.code()));
        out.writeStringProperty("message", sendable(error.message()));
        out.writeBooleanProperty("retryable", error.retryable());
        out.writeEndObject();
      }
    }
  }

  private static void ran(JsonGenerator out, @Nullable Duration ran) {
    if (ran != null) {
      out.writeNumberProperty("ran", ran.toNanos() / 1_000);
    }
  }

  private static void raw(JsonGenerator out, String name, JsonText value) {
    out.writeName(name);
    out.writeRawValue(value.text());
  }

  /** The text with a question mark for half a surrogate pair, which UTF-8 cannot carry. */
  private static String sendable(String text) {
    return UTF_8.newEncoder().canEncode(text) ? text : new String(text.getBytes(UTF_8), UTF_8);
  }

  /** Reads one line, without its line break. */
  static Decoded decode(byte[] data, int from, int to) {
    Fields fields = new Fields();
    try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), data, from, to - from)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return new Undecodable(Drop.MALFORMED, null, "not a JSON object");
      }
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = in.currentName();
        in.nextToken();
        fields.read(name, in, data, from);
      }
      if (in.nextToken() != null) {
        return new Undecodable(Drop.MALFORMED, null, "text after the message");
      }
    } catch (StreamConstraintsException e) {
      return new Undecodable(Drop.MALFORMED, fields.attemptOrNull(), e.getOriginalMessage());
    } catch (JacksonException e) {
      // The line may have been cut anywhere, also within the number of the attempt.
      return new Undecodable(Drop.MALFORMED, null, e.getOriginalMessage());
    } catch (InvalidValueException e) {
      return new Undecodable(
          Drop.MALFORMED, fields.attemptOrNull(), String.valueOf(e.getMessage()));
    }
    try {
      return fields.message();
    } catch (InvalidValueException e) {
      return new Undecodable(
          Drop.MALFORMED, fields.attemptOrNull(), String.valueOf(e.getMessage()));
    }
  }

  /** What became of a line. */
  sealed interface Decoded {}

  /** A message that this version knows. */
  record Known(Message message) implements Decoded {}

  /**
   * A line that is no message.
   *
   * @param attempt the attempt that it names, where it does
   */
  record Undecodable(Drop reason, @Nullable AttemptId attempt, String detail) implements Decoded {}

  /** The fields of a line in any order; what is not known is passed over. */
  private static final class Fields {
    private @Nullable String op;
    private @Nullable TaskId task;
    private int attempt;
    private @Nullable TaskType type;
    private long timeout;
    private @Nullable JsonText payload;
    private @Nullable URI payloadUrl;
    private @Nullable URI url;
    private long size = -1;
    private @Nullable JsonText result;
    private @Nullable TaskError error;
    private @Nullable String reason;
    private String detail = "";
    private String note = "";
    private int percent;
    private int credit;
    private long epoch;
    private @Nullable Duration ran;
    private @Nullable String traceparent;
    private @Nullable String tracestate;

    void read(String name, JsonParser in, byte[] data, int from) {
      switch (name) {
        case "op" -> op = text(name, in);
        case "task" -> task = TaskId.parse(text(name, in));
        case "attempt" -> attempt = number(name, in, 1, Integer.MAX_VALUE);
        case "type" -> type = new TaskType(text(name, in));
        case "timeout" -> timeout = number(name, in, 1, 86_400_000);
        case "payload" -> payload = raw(in, data, from);
        case "payloadUrl" -> payloadUrl = url(name, in);
        case "url" -> url = url(name, in);
        case "size" -> size = number(name, in, 0, Integer.MAX_VALUE);
        case "result" -> result = raw(in, data, from);
        case "error" -> error = error(in);
        case "reason" -> reason = text(name, in);
        case "detail" -> detail = text(name, in);
        case "note" -> note = text(name, in);
        case "percent" -> percent = number(name, in, 0, 100);
        case "epoch" -> epoch = wholeNumber(name, in, Long.MAX_VALUE);
        case "ran" -> ran = Duration.of(wholeNumber(name, in, MOST_RAN), ChronoUnit.MICROS);
        case "traceparent" -> traceparent = textOrNull(in);
        case "tracestate" -> tracestate = textOrNull(in);
        case "credit" -> credit = number(name, in, 0, Integer.MAX_VALUE);
        default -> in.skipChildren();
      }
    }

    @Nullable AttemptId attemptOrNull() {
      return task == null || attempt == 0 ? null : new AttemptId(task, attempt);
    }

    Decoded message() {
      AttemptId id = new AttemptId(required("task", task), attempt);
      return switch (required("op", op)) {
        case "execute" ->
            new Known(
                new Message.Execute(
                    id,
                    required("type", type),
                    Duration.ofMillis(timeout(timeout)),
                    payload(),
                    epoch,
                    TraceContext.read(traceparent, tracestate)));
        case "accepted" -> new Known(new Message.Accepted(id, credit));
        case "rejected" ->
            new Known(
                new Message.Rejected(
                    id, required("reason", Message.Rejection.of(reason)), detail, credit));
        case "progress" -> new Known(new Message.Progress(id, percent, note));
        case "result" -> new Known(new Message.Result(id, outcome(), credit, ran));
        case "result-ready" -> new Known(new Message.ResultReady(id, size(), credit, ran));
        case "upload" -> new Known(new Message.Upload(id, required("url", url)));
        case "result-ack" -> new Known(new Message.ResultAck(id));
        case "cancel" -> new Known(new Message.Cancel(id));
        case "probe" -> new Known(new Message.Probe(id));
        case "unknown" -> new Known(new Message.Unknown(id, credit));
        default -> new Undecodable(Drop.UNKNOWN_OP, id, "unknown op");
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

    private static <T> T required(String name, @Nullable T value) {
      if (value == null) {
        throw new InvalidValueException(name, "nothing", "given, with an allowed value");
      }
      return value;
    }

    private static String text(String name, JsonParser in) {
      if (in.currentToken() != JsonToken.VALUE_STRING) {
        throw new InvalidValueException(name, in.currentToken(), "text");
      }
      return sendable(in.getString());
    }

    /** A trace must not be the reason why an attempt is refused. */
    private static @Nullable String textOrNull(JsonParser in) {
      if (in.currentToken() == JsonToken.VALUE_STRING) {
        return in.getString();
      }
      in.skipChildren();
      return null;
    }

    private static URI url(String name, JsonParser in) {
      String text = text(name, in);
      try {
        URI uri = new URI(text);
        if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
          return uri;
        }
      } catch (URISyntaxException e) {
        // Falls through to the error that names what is allowed.
      }
      throw new InvalidValueException(name, text, "an address that begins with http://");
    }

    private static int number(String name, JsonParser in, int least, int most) {
      if (in.currentToken() == JsonToken.VALUE_NUMBER_INT
          && in.getNumberType() == JsonParser.NumberType.INT
          && in.getIntValue() >= least
          && in.getIntValue() <= most) {
        return in.getIntValue();
      }
      throw new InvalidValueException(
          name, in.getString(), "a whole number from " + least + " to " + most);
    }

    private static long wholeNumber(String name, JsonParser in, long most) {
      if (in.currentToken() == JsonToken.VALUE_NUMBER_INT
          && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER
          && in.getLongValue() >= 0
          && in.getLongValue() <= most) {
        return in.getLongValue();
      }
      throw new InvalidValueException(name, in.getString(), "a whole number from 0 to " + most);
    }

    private static @Nullable TaskError error(JsonParser in) {
      if (in.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      if (in.currentToken() != JsonToken.START_OBJECT) {
        throw new InvalidValueException("error", in.currentToken(), "an object");
      }
      String code = TaskError.HANDLER_FAILED;
      String message = "";
      boolean retryable = true;
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = in.currentName();
        in.nextToken();
        switch (name) {
          case "code" -> code = text("error.code", in);
          case "message" -> message = text("error.message", in);
          case "retryable" -> retryable = flag("error.retryable", in);
          default -> in.skipChildren();
        }
      }
      return new TaskError(code, message, retryable);
    }

    private static boolean flag(String name, JsonParser in) {
      return switch (in.currentToken()) {
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        default -> throw new InvalidValueException(name, in.currentToken(), "true or false");
      };
    }

    private static JsonText raw(JsonParser in, byte[] data, int from) {
      int start = from + (int) in.currentTokenLocation().getByteOffset();
      in.skipChildren();
      in.finishToken();
      int end = from + (int) in.currentLocation().getByteOffset();
      return new JsonText(new String(data, start, end - start, UTF_8));
    }
  }
}
