package tasknet.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads any line, with fields in any order; what is not known is passed over. It decides what is a
 * message and what is wrong with it.
 */
final class MessageParser {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // only UTF-8
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Json.MAX_NESTING + 1)
                  .maxNumberLength(1000)
                  .build())
          .build();

  private final byte[] data;
  private final int from;
  private final MessageFields fields = new MessageFields();

  private MessageParser(byte[] data, int from) {
    this.data = data;
    this.from = from;
  }

  /** Reads one line, without its line break. */
  static MessageCodec.Decoded parse(byte[] data, int from, int to) {
    return new MessageParser(data, from).parse(to);
  }

  private MessageCodec.Decoded parse(int to) {
    try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), data, from, to - from)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return malformed(false, "not a JSON object");
      }
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = in.currentName();
        in.nextToken();
        read(name, in);
      }
      if (in.nextToken() != null) {
        return malformed(false, "text after the message");
      }
      return fields.message();
    } catch (StreamConstraintsException e) {
      return malformed(true, e.getOriginalMessage());
    } catch (JacksonException e) {
      // The line may have been cut anywhere, also within the number of the attempt.
      return malformed(false, e.getOriginalMessage());
    } catch (InvalidValueException e) {
      return malformed(true, String.valueOf(e.getMessage()));
    }
  }

  private MessageCodec.Undecodable malformed(boolean isWhole, String detail) {
    return new MessageCodec.Undecodable(
        Drop.MALFORMED, isWhole ? fields.attemptOrNull() : null, detail);
  }

  private void read(String name, JsonParser in) {
    switch (name) {
      case "op" -> fields.op = text(name, in);
      case "task" -> fields.task = TaskId.parse(text(name, in));
      case "attempt" -> fields.attempt = number(name, in, 1, Integer.MAX_VALUE);
      case "type" -> fields.type = new TaskType(text(name, in));
      case "timeout" -> fields.timeout = number(name, in, 1, MessageFields.LONGEST_TIMEOUT);
      case "payload" -> fields.payload = raw(in);
      case "payloadUrl" -> fields.payloadUrl = url(name, in);
      case "url" -> fields.url = url(name, in);
      case "size" -> fields.size = number(name, in, 0, Integer.MAX_VALUE);
      case "result" -> fields.result = raw(in);
      case "error" -> fields.error = error(in);
      case "reason" -> fields.reason = text(name, in);
      case "detail" -> fields.detail = text(name, in);
      case "note" -> fields.note = text(name, in);
      case "percent" -> fields.percent = number(name, in, 0, 100);
      case "epoch" -> fields.epoch = wholeNumber(name, in, Long.MAX_VALUE);
      case "ran" ->
          fields.ran =
              Duration.of(wholeNumber(name, in, MessageFields.MOST_RAN), ChronoUnit.MICROS);
      case "traceparent" -> fields.traceparent = textOrNull(in);
      case "tracestate" -> fields.tracestate = textOrNull(in);
      case "credit" -> fields.credit = number(name, in, 0, Integer.MAX_VALUE);
      default -> in.skipChildren();
    }
  }

  private static String text(String name, JsonParser in) {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw new InvalidValueException(name, in.currentToken(), "text");
    }
    return Texts.sendable(in.getString());
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

  private JsonText raw(JsonParser in) {
    int start = from + (int) in.currentTokenLocation().getByteOffset();
    in.skipChildren();
    in.finishToken();
    int end = from + (int) in.currentLocation().getByteOffset();
    return new JsonText(new String(data, start, end - start, UTF_8));
  }
}
