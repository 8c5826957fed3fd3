package tasknet.dispatcher.testkit;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code openapi.yaml} promises, to hold answers against. It is stricter than the document: a
 * member that the document does not name is a violation.
 */
public final class Contract {
  private static final String LOCATION = "https://tasknet.test/openapi";

  /** What {@code default} stands for. */
  private static final Set<Integer> ANY_CALL = Set.of(400, 404, 405, 408, 413, 500);

  /** The contract as it is served. */
  public static final Contract SERVED = new Contract(served());

  private final JsonNode document;
  private final List<Path> paths = new ArrayList<>();
  private final SchemaRegistry schemas;
  private final Map<String, Schema> known = new ConcurrentHashMap<>();

  private record Path(String template, Pattern pattern) {}

  /** A call of the contract. */
  public record Operation(String method, String path) implements Comparable<Operation> {
    @Override
    public int compareTo(Operation other) {
      return toString().compareTo(other.toString());
    }
  }

  /**
   * @param yaml an OpenAPI 3.1 document
   */
  public Contract(String yaml) {
    document =
        Json.mapper().valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    for (String template : document.path("paths").propertyNames()) {
      String regex = "\\Q" + template.replaceAll("\\{\\w+}", "\\\\E[^/]+\\\\Q") + "\\E";
      paths.add(new Path(template, Pattern.compile(regex)));
    }
    close(document.path("components").path("schemas"));
    close(document.path("components").path("responses"));
    close(document.path("paths"));
    String text = document.toString();
    schemas =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(LOCATION, text)));
  }

  /** All calls. */
  public Set<Operation> operations() {
    Set<Operation> operations = new TreeSet<>();
    for (Path path : paths) {
      for (String method : document.path("paths").path(path.template()).propertyNames()) {
        if (!method.equals("parameters")) {
          operations.add(new Operation(method.toUpperCase(java.util.Locale.ROOT), path.template()));
        }
      }
    }
    return operations;
  }

  /** The call that a request is, or null when the contract does not have it. */
  public @Nullable Operation operation(String method, String path) {
    return operations().stream()
        .filter(operation -> operation.method().equals(method))
        .filter(operation -> path(operation).pattern().matcher(path).matches())
        .findFirst()
        .orElse(null);
  }

  /**
   * Holds an answer against the contract.
   *
   * @param path without the query
   * @param contentType of the answer; empty for none
   * @return what is wrong; empty when nothing is
   */
  public List<String> violations(
      String method, String path, int status, String contentType, String body) {
    Operation operation = operation(method, path);
    if (operation == null) {
      boolean refused = status >= 400 && ANY_CALL.contains(status);
      return refused
          ? invalid("#/components/schemas/Problem", body)
          : List.of("there is no " + method + " " + path);
    }
    String at =
        pointer("paths", operation.path(), operation.method().toLowerCase(java.util.Locale.ROOT));
    JsonNode responses = document.at(at.substring(1)).path("responses");
    String code = responses.has(String.valueOf(status)) ? String.valueOf(status) : "default";
    if (code.equals("default") && !ANY_CALL.contains(status)) {
      return List.of(operation + " is not answered " + status);
    }
    String response = at + pointer("responses", code).substring(1);
    String reference = document.at(response.substring(1)).path("$ref").asString("");
    String content = (reference.isEmpty() ? response : reference);
    JsonNode media = document.at(content.substring(1)).path("content");
    if (media.isEmpty()) {
      return body.isEmpty() ? List.of() : List.of(operation + " " + status + " has no body");
    }
    String type = contentType.replaceFirst(";.*", "");
    if (!media.has(type)) {
      return List.of(operation + " " + status + " is not of type '" + type + "'");
    }
    String schema = content + pointer("content", type, "schema").substring(1);
    return switch (type) {
      case "application/x-ndjson" ->
          body.lines()
              .filter(line -> !line.isBlank())
              .flatMap(line -> invalid(schema, line).stream())
              .toList();
      case String json when json.contains("json") -> invalid(schema, body);
      default -> List.of();
    };
  }

  /** What is wrong with the data of an event that tells of a task. */
  public List<String> violations(String event) {
    return invalid("#/components/schemas/Event", event);
  }

  private List<String> invalid(String pointer, String body) {
    Schema schema =
        known.computeIfAbsent(
            pointer, at -> schemas.getSchema(SchemaLocation.of(LOCATION + encoded(at))));
    return schema.validate(Json.mapper().readTree(body)).stream().map(Error::toString).toList();
  }

  private Path path(Operation operation) {
    return paths.stream()
        .filter(path -> path.template().equals(operation.path()))
        .findFirst()
        .orElseThrow();
  }

  /**
   * The members without a value: most likely the rest of a text that a comma has cut.
   *
   * @return their places
   */
  public List<String> empty() {
    List<String> empty = new ArrayList<>();
    empty(document, "", empty);
    return empty;
  }

  private static void empty(JsonNode node, String place, List<String> empty) {
    if (node.isNull()) {
      empty.add(place);
    }
    node.properties().forEach(each -> empty(each.getValue(), place + "/" + each.getKey(), empty));
    if (node.isArray()) {
      node.forEach(each -> empty(each, place + "/-", empty));
    }
  }

  /** No member but those that are named. */
  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("properties").isObject()
        && !object.has("additionalProperties")) {
      object.put("unevaluatedProperties", false);
    }
    node.forEach(Contract::close);
  }

  private static String pointer(String... steps) {
    StringBuilder pointer = new StringBuilder("#");
    for (String step : steps) {
      pointer.append('/').append(step.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }

  /** As a fragment of an address. */
  private static String encoded(String pointer) {
    return pointer.replace("{", "%7B").replace("}", "%7D");
  }

  private static String served() {
    try (InputStream resource = Contract.class.getResourceAsStream("/openapi.yaml")) {
      if (resource == null) {
        throw new AssertionError("there is no openapi.yaml");
      }
      return new String(resource.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
