package tasknet.dispatcher.api;

import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.TypeOverride;
import tasknet.fleet.WorkerEntry;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.InvalidValueException;
import tasknet.task.TypeStatus;
import tools.jackson.databind.JsonNode;

/**
 * The body of {@code PATCH /types/{type}}: a JSON merge patch of the limits. What is not in it
 * stays as it is, and null takes back what was set.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7396">RFC 7396</a>
 */
final class TypePatch {
  /** The media types that it may have. */
  static final Set<String> MEDIA_TYPES = Set.of("application/merge-patch+json", "application/json");

  private static final String LIMITS = "limits";

  private TypePatch() {}

  /**
   * The change that a body asks for.
   *
   * @throws InvalidValueException if a limit is not allowed
   * @throws ProblemException if something else is to be changed
   */
  static UnaryOperator<TypeOverride> read(byte[] body) {
    JsonNode patch = Json.mapper().readTree(body);
    if (patch == null || !patch.isObject()) {
      throw new ProblemException(
          Problem.malformed("the body must be a JSON object such as {\"limits\":{\"running\":5}}"));
    }
    refuseOthers(patch, Set.of(LIMITS), "");
    JsonNode limits = patch.get(LIMITS);
    if (limits == null) {
      return kept -> kept;
    }
    if (limits.isNull()) {
      return kept -> kept.limits(TypeStatus.Limits.NONE);
    }
    if (!limits.isObject()) {
      throw new InvalidValueException(LIMITS, limits, "an object, or null");
    }
    return limits(limits);
  }

  private static UnaryOperator<TypeOverride> limits(JsonNode patch) {
    refuseOthers(patch, Set.of("running", "startsPerSecond", "waiting"), "limits.");
    Integer running = whole(patch, "running");
    Double rate = number(patch, "startsPerSecond");
    Integer waiting = whole(patch, "waiting");
    var _ = new WorkerEntry.Limits(running, rate, waiting); // the same bounds as in the file
    return kept -> {
      TypeStatus.Limits now = kept.limits();
      return kept.limits(
          new TypeStatus.Limits(
              patch.has("running") ? running : now.running(),
              patch.has("startsPerSecond") ? rate : now.startsPerSecond(),
              patch.has("waiting") ? waiting : now.waiting()));
    };
  }

  private static void refuseOthers(JsonNode object, Set<String> allowed, String prefix) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!allowed.contains(member.getKey())) {
        String field = prefix + member.getKey();
        String names = allowed.stream().sorted().map(prefix::concat).toList().toString();
        throw new ProblemException(
            Problem.malformed(field + " cannot be changed; what can be changed is " + names)
                .with("field", field));
      }
    }
  }

  private static @Nullable Integer whole(JsonNode limits, String name) {
    JsonNode value = limits.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new InvalidValueException(
          "limits." + name, value, "a whole number from 1 to 2147483647, or null");
    }
    return value.intValue();
  }

  private static @Nullable Double number(JsonNode limits, String name) {
    JsonNode value = limits.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isNumber()) {
      throw new InvalidValueException(
          "limits." + name, value, "a number above 0, at most 1000000, or null");
    }
    return value.doubleValue();
  }
}
