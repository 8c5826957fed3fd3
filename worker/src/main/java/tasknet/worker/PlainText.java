package tasknet.worker;

import tasknet.http.Json;
import tasknet.task.JsonText;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** JSON for handlers, with a short way for texts, which most payloads and results are. */
final class PlainText {
  private PlainText() {}

  /**
   * A payload as a tree.
   *
   * @throws tools.jackson.core.JacksonException if it cannot be read
   */
  static JsonNode tree(JsonText payload) {
    String json = payload.text();
    int last = json.length() - 1;
    // It has been checked, so that what begins with a quotation mark is a text up to its end.
    return json.charAt(0) == '"' && json.charAt(last) == '"' && json.indexOf('\\') < 0
        ? StringNode.valueOf(json.substring(1, last))
        : Json.mapper().readTree(json);
  }

  /** A text as JSON. */
  static JsonText of(String text) {
    return new JsonText(
        '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"');
  }
}
