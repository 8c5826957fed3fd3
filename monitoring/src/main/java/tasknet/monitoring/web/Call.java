package tasknet.monitoring.web;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A call of the dispatcher that the page may make.
 *
 * @param path as it is asked for, without the query
 * @param kind what becomes of it
 */
record Call(String method, String path, Call.Kind kind) {
  /** How a call is treated. */
  enum Kind {
    LOOK,
    /** Goes on until the reader hangs up. */
    STREAM,
    /** Changes something. */
    ACTION
  }

  /** With {@code *} for a name. */
  private record Allowed(String method, Pattern path, Kind kind) {
    static Stream<Allowed> of(Kind kind, String method, String... paths) {
      return Stream.of(paths)
          .map(path -> Pattern.compile(path.replace("*", NAME)))
          .map(path -> new Allowed(method, path, kind));
    }
  }

  /** Ids and names of tasks, types and schedules: nothing that could lead elsewhere. */
  private static final String NAME = "(?!\\\\.)[A-Za-z0-9_.:-]{1,200}";

  private static final List<Allowed> ALLOWED =
      Stream.of(
              Allowed.of(
                  Kind.LOOK,
                  "GET",
                  "tasks",
                  "tasks/*",
                  "tasks/*/trace",
                  "types",
                  "types/*",
                  "workers",
                  "stats",
                  "dead",
                  "dead/*",
                  "schedules",
                  "schedules/*"),
              Allowed.of(Kind.STREAM, "GET", "events", "tasks/*/events"),
              Allowed.of(
                  Kind.ACTION,
                  "POST",
                  "tasks/*/requeue",
                  "types/*/pause",
                  "types/*/resume",
                  "dead/*/requeue",
                  "schedules/*/pause",
                  "schedules/*/resume"),
              Allowed.of(Kind.ACTION, "PATCH", "types/*"),
              Allowed.of(Kind.ACTION, "DELETE", "tasks/*", "dead/*", "dead/tasks/*", "schedules/*"))
          .flatMap(allowed -> allowed)
          .toList();

  /** The call of that path, which has no slash before it; null when there is none. */
  static @Nullable Call of(String method, String path) {
    return ALLOWED.stream()
        .filter(it -> it.method().equals(method) && it.path().matcher(path).matches())
        .findFirst()
        .map(it -> new Call(method, path, it.kind()))
        .orElse(null);
  }
}
