package tasknet.monitoring.logs;

import com.google.re2j.Pattern;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tasknet.logging.LogLevel;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskId;

/**
 * What is wanted of the logs.
 *
 * @param services all of them when it is empty; a name also stands for its replicas, {@code NAME-2}
 * @param level this one and worse; null for all
 * @param task the exact value of the field {@code task=}
 * @param text in lower case; a part of the message or the trace
 * @param regex found in the message or the trace
 * @param cursor where an earlier answer ended
 * @param before an instant; null when there is a cursor
 * @param limit entries, 1 to 2,000; 200 when nothing is said
 */
record LogQuery(
    Set<String> services,
    @Nullable LogLevel level,
    @Nullable String task,
    @Nullable String text,
    @Nullable Pattern regex,
    @Nullable LogCursor cursor,
    @Nullable Instant before,
    int limit) {
  private static final int DEFAULT_LIMIT = 200;
  private static final int MAX_LIMIT = 2_000;
  private static final int MAX_TEXT = 200;
  private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9_.-]{1,200}");
  private static final Pattern REPLICA = Pattern.compile("-[0-9]+");
  private static final Set<String> ALLOWED =
      new TreeSet<>(Set.of("service", "level", "task", "text", "regex", "before", "limit"));
  private static final Set<String> ALLOWED_OF_STREAM =
      new TreeSet<>(Set.of("service", "level", "task", "text", "regex", "after"));

  /**
   * @throws InvalidValueException if a parameter is not known, or its value not allowed
   */
  static LogQuery of(Map<String, List<String>> parameters) {
    return of(parameters, ALLOWED);
  }

  /**
   * The same of a stream, which has no end and no beginning.
   *
   * @throws InvalidValueException if a parameter is not known, or its value not allowed
   */
  static LogQuery ofStream(Map<String, List<String>> parameters) {
    return of(parameters, ALLOWED_OF_STREAM);
  }

  private static LogQuery of(Map<String, List<String>> parameters, Set<String> allowed) {
    for (String name : parameters.keySet()) {
      if (!allowed.contains(name)) {
        throw new InvalidValueException("parameter", name, "one of " + String.join(", ", allowed));
      }
    }
    String level = single(parameters, "level");
    String task = single(parameters, "task");
    String text = single(parameters, "text");
    String regex = single(parameters, "regex");
    String before = single(parameters, "before");
    boolean isCursor = before != null && before.startsWith(LogCursor.PREFIX);
    return new LogQuery(
        services(parameters.getOrDefault("service", List.of())),
        level == null ? null : level(level),
        task == null ? null : TaskId.parse(task).toString(),
        text == null ? null : text(text),
        regex == null ? null : LogPattern.of(regex),
        before != null && isCursor ? LogCursor.parse(before) : null,
        before == null || isCursor ? null : instant(before),
        limit(single(parameters, "limit")));
  }

  /** Whether the log of a service is wanted. */
  boolean wants(String service) {
    return services.isEmpty()
        || services.contains(service)
        || services.stream()
            .anyMatch(
                name ->
                    service.startsWith(name)
                        && REPLICA.matcher(service.substring(name.length())).matches());
  }

  /** Whether an entry may be wanted, as far as its head tells. */
  boolean mayWant(@Nullable LineHead head) {
    return (level == null || (head != null && head.level().compareTo(level) <= 0))
        && (task == null || head != null);
  }

  /** Whether an entry is wanted. */
  boolean wants(LogEntry entry) {
    return (task == null || task.equals(entry.task()))
        && (text == null || isIn(entry, it -> contains(it, text)))
        && (regex == null || isIn(entry, it -> regex.matcher(it).find()));
  }

  private static boolean isIn(LogEntry entry, Predicate<String> wanted) {
    return wanted.test(entry.message()) || (entry.trace() != null && wanted.test(entry.trace()));
  }

  private static boolean contains(String given, String part) {
    return given.toLowerCase(Locale.ROOT).contains(part);
  }

  /** What is given but empty, as a form does it, is not given. */
  private static @Nullable String single(Map<String, List<String>> parameters, String name) {
    List<String> given =
        parameters.getOrDefault(name, List.of()).stream().filter(it -> !it.isEmpty()).toList();
    if (given.size() > 1) {
      throw new InvalidValueException(name, String.join(", ", given), "given once");
    }
    return given.isEmpty() ? null : given.getFirst();
  }

  private static Set<String> services(List<String> given) {
    Set<String> names = new TreeSet<>(given);
    names.remove("");
    for (String name : names) {
      if (!SERVICE.matcher(name).matches()) {
        throw new InvalidValueException(
            "service", name, "a name of 1 to 200 letters, digits, '_', '-' or '.'");
      }
    }
    return names;
  }

  private static LogLevel level(String text) {
    try {
      return LogLevel.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("level", text, "one of " + List.of(LogLevel.values()));
    }
  }

  private static String text(String text) {
    if (text.length() > MAX_TEXT) {
      throw new InvalidValueException(
          "text", text, "a text of at most " + MAX_TEXT + " characters");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  private static Instant instant(String text) {
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      var _ = instant.toEpochMilli(); // what does not fit is no time of a log
      return instant;
    } catch (DateTimeException | ArithmeticException e) {
      throw LogCursor.invalid(text);
    }
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Falls through to the error that names what is allowed.
    }
    throw new InvalidValueException("limit", text, "a whole number from 1 to " + MAX_LIMIT);
  }
}
