package tasknet.devtools.bench;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tasknet.http.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads no more of the dispatcher's answers than it must. */
final class Answers {
  private static final Pattern ID = Pattern.compile("\"id\":\"([0-9A-Z]{26})\"");
  private static final byte[] LINE = "{\"line\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COMPLETED =
      "\"state\":\"COMPLETED\"".getBytes(StandardCharsets.US_ASCII);

  private Answers() {}

  /** The id of a task. */
  static String id(String task) {
    Matcher id = ID.matcher(task);
    if (!id.find()) {
      throw new IllegalStateException("no id in " + task);
    }
    return id.group(1);
  }

  static boolean isCompleted(String task) {
    return task.contains("\"state\":\"COMPLETED\"");
  }

  static boolean isCompleted(byte[] line, int length) {
    for (int start = 0; start + COMPLETED.length <= length; start++) {
      if (matches(line, start, COMPLETED)) {
        return true;
      }
    }
    return false;
  }

  /** The number of the line that a line of a bulk answers; 0 when it is no answer. */
  static long line(byte[] line, int length) {
    if (length <= LINE.length || !matches(line, 0, LINE)) {
      return 0;
    }
    long number = 0;
    for (int at = LINE.length; at < length && line[at] >= '0' && line[at] <= '9'; at++) {
      number = 10 * number + line[at] - '0';
    }
    return number;
  }

  /** Why there is no result, in a word or two. */
  static String cause(String answer) {
    try {
      JsonNode told = Json.mapper().readTree(answer);
      JsonNode problem = told.has("problem") ? told.path("problem") : told;
      String code = told.path("error").path("code").asString("");
      String type = problem.path("type").asString("");
      String refusal = type.startsWith("urn:") ? type.replaceFirst(".*:", "") : "";
      String state = told.path("state").asString("");
      return (refusal + " " + code + " " + state).strip().replaceAll(" +", " ");
    } catch (JacksonException e) {
      return "an answer that is not JSON";
    }
  }

  private static boolean matches(byte[] text, int start, byte[] part) {
    for (int at = 0; at < part.length; at++) {
      if (text[start + at] != part[at]) {
        return false;
      }
    }
    return true;
  }
}
