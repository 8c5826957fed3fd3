package tasknet.http;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error answer, {@code application/problem+json}.
 *
 * @param type stable, for programs: {@code urn:tasknet:problem:CODE}
 * @param title the kind of problem in a few words
 * @param status the HTTP status, 400 to 599
 * @param detail what was wrong this time, and what is allowed
 * @param extensions further members, for instance the task's id
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    @JsonAnyGetter @JsonAnySetter Map<String, Object> extensions) {
  /** Its media type. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final String PREFIX = "urn:tasknet:problem:";

  public Problem {
    extensions = extensions == null ? Map.of() : new LinkedHashMap<>(extensions);
  }

  /** A problem without further members. */
  public static Problem of(int status, String code, String title, String detail) {
    return new Problem(PREFIX + code, title, status, detail, Map.of());
  }

  /** The same problem with one more member. */
  public Problem with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(extensions);
    more.put(name, value);
    return new Problem(type, title, status, detail, more);
  }

  /** The same problem with the status that the answer really had. */
  Problem withStatus(int actual) {
    return new Problem(type, title, actual, detail, extensions);
  }

  /** The last part of the type, for instance {@code no-worker}. */
  public String code() {
    return type.substring(type.lastIndexOf(':') + 1);
  }

  /** The request is not what the call wants: status 400. */
  public static Problem malformed(String detail) {
    return of(400, "malformed", "Malformed request", detail);
  }

  /** There is no such thing: status 404. */
  public static Problem notFound(String detail) {
    return of(404, "not-found", "Not found", detail);
  }
}
