package tasknet.http;

import java.io.StringWriter;
import tasknet.task.JsonText;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;

/** Reads one JSON value as text on one line, with every sign, digit and exponent as it came. */
final class ExactJson {
  private ExactJson() {}

  static JsonText read(JsonParser in, JsonGenerator out, StringWriter text) {
    int depth = 0;
    for (JsonToken token = in.currentToken(); ; token = in.nextToken()) {
      if (token.isStructStart() && ++depth > Json.MAX_NESTING) {
        throw new StreamConstraintsException(
            "nested deeper than " + Json.MAX_NESTING + " levels", in.currentTokenLocation());
      }
      if (token.isNumeric()) {
        out.writeNumber(in.getString()); // a copy by value would write 1e5 as 1E+5, and -0 as 0
      } else {
        out.copyCurrentEvent(in);
      }
      if (token.isStructEnd()) {
        depth--;
      }
      if (depth == 0) {
        out.close();
        return new JsonText(text.toString());
      }
    }
  }
}
