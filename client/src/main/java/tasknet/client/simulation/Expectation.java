package tasknet.client.simulation;

import java.util.Comparator;
import java.util.regex.Pattern;
import tasknet.http.Json;
import tasknet.task.JsonText;
import tools.jackson.databind.JsonNode;

/** Which answer a simulated task should get. */
public sealed interface Expectation {
  /** Whether that is the answer. */
  boolean isMetBy(Answer answer);

  /** This result; JSON is compared by value, so that 1.0 is 1 but never 1.0000001. */
  record Result(JsonText value) implements Expectation {
    private static final Comparator<JsonNode> BY_VALUE =
        (one, other) -> {
          if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
          }
          return one.equals(other) ? 0 : 1;
        };

    @Override
    public boolean isMetBy(Answer answer) {
      return answer instanceof Answer.Result(JsonText given)
          && tree(value).equals(BY_VALUE, tree(given));
    }

    private static JsonNode tree(JsonText json) {
      return Json.mapper().readTree(json.text());
    }

    @Override
    public String toString() {
      return "the result " + value;
    }
  }

  /** A text in which this regular expression is found. */
  record ResultLike(Pattern pattern) implements Expectation {
    @Override
    public boolean isMetBy(Answer answer) {
      if (!(answer instanceof Answer.Result(JsonText given))) {
        return false;
      }
      JsonNode node = Json.mapper().readTree(given.text());
      return node.isString() && pattern.matcher(node.stringValue()).find();
    }

    @Override
    public String toString() {
      return "a text like " + pattern;
    }
  }

  /** An error with this code. */
  record ErrorCode(String code) implements Expectation {
    @Override
    public boolean isMetBy(Answer answer) {
      return answer instanceof Answer.Failure failure && failure.code().equals(code);
    }

    @Override
    public String toString() {
      return "the error " + code;
    }
  }
}
