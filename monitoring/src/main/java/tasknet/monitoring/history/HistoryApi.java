package tasknet.monitoring.history;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import tasknet.task.InvalidValueException;

/** {@code GET /api/history}: the last day, in as many steps as are drawn. */
public final class HistoryApi {
  private static final Duration DEFAULT_SPAN = Duration.ofMinutes(15);
  private static final Duration LONGEST_SPAN = Duration.ofDays(31);
  private static final int DEFAULT_POINTS = 450;
  private static final int LEAST_POINTS = 10;
  private static final int MOST_POINTS = 2_000;

  private final History history;
  private final InstantSource time;

  public HistoryApi(History history, InstantSource time) {
    this.history = history;
    this.time = time;
  }

  public void routes(RoutesConfig routes) {
    routes.get("/api/history", this::part);
  }

  private void part(Context context) {
    Instant to = instant("to", context.queryParam("to"), time.instant());
    Instant from = instant("from", context.queryParam("from"), to.minus(DEFAULT_SPAN));
    if (!from.isBefore(to) || Duration.between(from, to).compareTo(LONGEST_SPAN) > 0) {
      throw new InvalidValueException(
          "from", from.toString(), "before 'to', and not longer before it than 31 days");
    }
    context.header("Cache-Control", "no-store");
    context.json(history.part(from, to, points(context.queryParam("points"))));
  }

  private static Instant instant(String name, @Nullable String text, Instant fallback) {
    if (text == null || text.isEmpty()) {
      return fallback;
    }
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      var _ = instant.toEpochMilli(); // what does not fit is no time of a sample
      return instant;
    } catch (DateTimeException | ArithmeticException e) {
      throw new InvalidValueException(name, text, "an instant such as 2026-01-31T12:00:00Z");
    }
  }

  private static int points(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return DEFAULT_POINTS;
    }
    try {
      int points = Integer.parseInt(text);
      if (points >= LEAST_POINTS && points <= MOST_POINTS) {
        return points;
      }
    } catch (NumberFormatException e) {
      // Falls through to the error that names what is allowed.
    }
    throw new InvalidValueException(
        "points", text, "a whole number from " + LEAST_POINTS + " to " + MOST_POINTS);
  }
}
