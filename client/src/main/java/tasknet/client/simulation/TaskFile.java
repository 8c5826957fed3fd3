package tasknet.client.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import tasknet.client.simulation.SimulatedTask.Via;
import tasknet.http.Json;
import tasknet.http.JsonErrors;
import tasknet.task.JsonText;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * Reads a file of tasks with the answers that are expected: {@code {"tasks":[{"type", "payload",
 * "expect", "via"}]}}, where {@code expect} is one of {@code {"result": any JSON}}, {@code
 * {"resultLike": "regular expression"}} and {@code {"error": "code"}}, and {@code via} is {@code
 * call} (the default) or {@code submit}.
 */
public final class TaskFile {
  private static final String SHIPPED = "tasks.json";
  private static final Set<String> FIELDS = Set.of("type", "payload", "expect", "via");
  private static final String EXPECT = "an object with one of the fields result, resultLike, error";
  private static final TypeReference<Map<String, JsonText>> OBJECT = new TypeReference<>() {};
  private static final TypeReference<List<JsonText>> LIST = new TypeReference<>() {};

  private final String name;

  private TaskFile(String name) {
    this.name = name;
  }

  /**
   * Reads the file.
   *
   * @throws TaskFileException if it cannot be read, or is not such a file
   */
  public static List<SimulatedTask> read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new TaskFileException("there is no file " + file);
    } catch (AccessDeniedException e) {
      throw new TaskFileException("the file " + file + " may not be read");
    } catch (MalformedInputException e) {
      throw new TaskFileException(file + " is not UTF-8 text");
    } catch (IOException e) {
      throw new TaskFileException("cannot read " + file + ": " + e.getMessage());
    }
  }

  /** The tasks that ship with the client: {@code client/tasks.json}. */
  public static List<SimulatedTask> shipped() {
    try (InputStream in = TaskFile.class.getResourceAsStream("/" + SHIPPED)) {
      if (in == null) {
        throw new IllegalStateException(SHIPPED + " is missing in the client's jar");
      }
      return parse(SHIPPED, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the text of a file.
   *
   * @param name of the file, for messages
   * @throws TaskFileException if it is not such a text
   */
  static List<SimulatedTask> parse(String name, String text) {
    return new TaskFile(name).tasks(text);
  }

  private List<SimulatedTask> tasks(String text) {
    JsonText json;
    try {
      json = Json.text(text);
    } catch (JacksonException e) {
      throw new TaskFileException(name + " is " + JsonErrors.describe(e));
    }
    String allowed = "an object with the field tasks, a list with at least one task";
    Map<String, JsonText> root = read(json, OBJECT, "the file", allowed);
    JsonText list = root.get("tasks");
    if (root.size() != 1 || list == null) {
      throw wrong("the file", json, allowed);
    }
    List<JsonText> entries = read(list, LIST, "tasks", "a list with at least one task");
    if (entries.isEmpty()) {
      throw wrong("tasks", list, "a list with at least one task");
    }
    List<SimulatedTask> tasks = new ArrayList<>();
    for (JsonText entry : entries) {
      tasks.add(task(tasks.size() + 1, entry));
    }
    return List.copyOf(tasks);
  }

  private SimulatedTask task(int number, JsonText entry) {
    String place = "task " + number;
    Map<String, JsonText> fields =
        read(entry, OBJECT, place, "an object with the fields type, payload and expect");
    Set<String> unknown = new TreeSet<>(fields.keySet());
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      throw new TaskFileException(
          inFile(place)
              + ": there is no field "
              + unknown.iterator().next()
              + "; the fields are type, payload, expect and via");
    }
    return new SimulatedTask(
        number,
        text(required(fields, "type", place), place + ", type", "a text"),
        required(fields, "payload", place),
        expectation(required(fields, "expect", place), place + ", expect"),
        via(fields.get("via"), place + ", via"));
  }

  private Expectation expectation(JsonText json, String place) {
    Map<String, JsonText> fields = read(json, OBJECT, place, EXPECT);
    if (fields.size() != 1) {
      throw wrong(place, json, EXPECT);
    }
    Map.Entry<String, JsonText> field = fields.entrySet().iterator().next();
    JsonText value = field.getValue();
    return switch (field.getKey()) {
      case "result" -> new Expectation.Result(value);
      case "resultLike" -> new Expectation.ResultLike(pattern(value, place + ".resultLike"));
      case "error" ->
          new Expectation.ErrorCode(text(value, place + ".error", "the code of an error"));
      default -> throw wrong(place, json, EXPECT);
    };
  }

  private Pattern pattern(JsonText json, String place) {
    try {
      return Pattern.compile(text(json, place, "a regular expression"));
    } catch (PatternSyntaxException e) {
      throw wrong(place, json, "a regular expression (" + e.getDescription() + ")");
    }
  }

  private Via via(@Nullable JsonText json, String place) {
    if (json == null) {
      return Via.CALL;
    }
    String allowed = "call or submit";
    return switch (text(json, place, allowed)) {
      case "call" -> Via.CALL;
      case "submit" -> Via.SUBMIT;
      default -> throw wrong(place, json, allowed);
    };
  }

  private JsonText required(Map<String, JsonText> fields, String field, String place) {
    JsonText value = fields.get(field);
    if (value == null) {
      throw new TaskFileException(inFile(place) + ": the field " + field + " is missing");
    }
    return value;
  }

  private String text(JsonText json, String place, String allowed) {
    if (!json.text().startsWith("\"")) {
      throw wrong(place, json, allowed);
    }
    return Json.mapper().readValue(json.text(), String.class);
  }

  private <T> T read(JsonText json, TypeReference<T> type, String place, String allowed) {
    T value;
    try {
      value = Json.mapper().readValue(json.text(), type);
    } catch (JacksonException e) {
      throw wrong(place, json, allowed);
    }
    if (value == null) {
      throw wrong(place, json, allowed);
    }
    return value;
  }

  private TaskFileException wrong(String place, JsonText given, String allowed) {
    String text = given.text();
    String shown = text.length() <= 60 ? text : text.substring(0, 60) + "…";
    return new TaskFileException(
        inFile(place) + ": " + shown + " is not allowed; it must be " + allowed);
  }

  private String inFile(String place) {
    return name + ", " + place;
  }
}
