package tasknet.client;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import tasknet.http.Json;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tools.jackson.databind.JsonNode;

/** What the built-in task types are documented to do, so that a file of tasks can be checked. */
final class BuiltInHandlers {
  static final List<String> TYPES =
      List.of("hash", "random_fact", "reverse", "sum", "upper", "wait");

  private static final class InvalidPayload extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidPayload(String message) {
      super(message);
    }
  }

  private BuiltInHandlers() {}

  static Outcome run(String type, JsonText payload) {
    JsonNode node = Json.mapper().readTree(payload.text());
    try {
      return new Outcome.Completed(result(type, node));
    } catch (InvalidPayload e) {
      String message = String.valueOf(e.getMessage());
      return new Outcome.Failed(new TaskError(TaskError.INVALID_PAYLOAD, message, false));
    }
  }

  private static JsonText result(String type, JsonNode payload) {
    return switch (type) {
      case "reverse" -> Json.textOf(reversed(text(payload)));
      case "hash" -> Json.textOf(hash(text(payload)));
      case "upper" -> Json.textOf(text(payload).toUpperCase(Locale.ROOT));
      case "sum" -> new JsonText(sum(payload));
      case "wait" -> new JsonText(waited(payload));
      default -> Json.textOf("Honey does not go bad.");
    };
  }

  private static String reversed(String text) {
    int[] points = text.codePoints().toArray();
    StringBuilder reversed = new StringBuilder();
    for (int index = points.length - 1; index >= 0; index--) {
      reversed.appendCodePoint(points[index]);
    }
    return reversed.toString();
  }

  private static String hash(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sum(JsonNode payload) {
    BigDecimal sum = BigDecimal.ZERO;
    for (BigDecimal number : numbers(payload)) {
      sum = sum.add(number);
    }
    return sum.signum() == 0 ? "0" : sum.stripTrailingZeros().toPlainString();
  }

  private static List<BigDecimal> numbers(JsonNode payload) {
    List<BigDecimal> numbers = new ArrayList<>();
    if (payload.isString()) {
      for (String part : payload.stringValue().split(",", -1)) {
        try {
          numbers.add(new BigDecimal(part.strip()));
        } catch (NumberFormatException e) {
          throw new InvalidPayload("'" + part + "' is not a number");
        }
      }
    } else if (payload.isArray()) {
      for (JsonNode element : payload) {
        if (!element.isNumber()) {
          throw new InvalidPayload("not a list of numbers");
        }
        numbers.add(element.decimalValue());
      }
    } else {
      throw new InvalidPayload("neither a list of numbers nor a text");
    }
    return numbers;
  }

  private static String waited(JsonNode payload) {
    if (!payload.isNumber() || payload.doubleValue() < 0 || payload.doubleValue() > 3600) {
      throw new InvalidPayload("not a number of seconds from 0 to 3600");
    }
    return payload.toString();
  }

  private static String text(JsonNode payload) {
    if (!payload.isString()) {
      throw new InvalidPayload("not a text");
    }
    return payload.stringValue();
  }
}
