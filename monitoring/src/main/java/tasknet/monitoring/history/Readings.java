package tasknet.monitoring.history;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tasknet.monitoring.live.Counters;
import tasknet.monitoring.live.DispatcherReading;
import tasknet.monitoring.live.NameserviceReading;
import tools.jackson.databind.JsonNode;

/** Makes samples of what the services tell, one for each step. */
final class Readings {
  /**
   * A reading stands for the steps since the one before, if they are no more. The rarest readings
   * are two steps apart, and may be late.
   */
  private static final int MOST_STEPS = 3;

  private long lastSecond = Long.MIN_VALUE;
  private @Nullable Counters before;
  private long beforeAt;

  /**
   * The samples until a moment.
   *
   * @param nameservice null when it was not asked yet
   * @return oldest first; none when the step has one already
   */
  List<Sample> samples(
      Instant now, DispatcherReading dispatcher, @Nullable NameserviceReading nameservice) {
    long second = SampleRing.stepOf(now.getEpochSecond());
    if (second == lastSecond) {
      return List.of();
    }
    long gap = second - lastSecond;
    boolean standsForAll = gap > 0 && gap <= (long) MOST_STEPS * SampleRing.STEP;
    long first = standsForAll ? lastSecond + SampleRing.STEP : second;
    lastSecond = second;
    float[] values = new float[Series.COUNT];
    Arrays.fill(values, Float.NaN);
    rates(dispatcher, values);
    JsonNode stats = dispatcher.counters() == null ? null : dispatcher.stats();
    if (stats != null) {
      set(values, Series.QUEUED, count(stats, dispatcher.types(), "queued"));
      set(values, Series.RUNNING, count(stats, dispatcher.types(), "running"));
      set(values, Series.OLDEST_QUEUED, oldest(now, stats, values[Series.QUEUED.index()]));
      JsonNode total = stats.path("latency").path("total");
      set(values, Series.P50, seconds(total, "p50"));
      set(values, Series.P95, seconds(total, "p95"));
      set(values, Series.P99, seconds(total, "p99"));
    }
    if (nameservice != null && nameservice.workers().reason() == null) {
      set(values, Series.WORKERS, nameservice.workers().list().size());
    }
    return LongStream.iterate(first, step -> step <= second, step -> step + SampleRing.STEP)
        .mapToObj(step -> new Sample(step, values))
        .toList();
  }

  /** From one reading to the next; nothing is known over a restart of the dispatcher. */
  private void rates(DispatcherReading dispatcher, float[] values) {
    Counters now = dispatcher.counters();
    if (now == null) {
      return;
    }
    Counters last = before;
    double seconds = (dispatcher.at() - beforeAt) / 1e9;
    before = now;
    beforeAt = dispatcher.at();
    if (last == null
        || !Objects.equals(last.startedAt(), now.startedAt())
        || now.submitted() < last.submitted()
        || seconds <= 0) {
      return;
    }
    set(values, Series.SUBMITTED, (now.submitted() - last.submitted()) / seconds);
    set(values, Series.COMPLETED, (now.completed() - last.completed()) / seconds);
    set(values, Series.FAILED, (now.failed() - last.failed()) / seconds);
    set(values, Series.RETRANSMISSIONS, (now.retransmissions() - last.retransmissions()) / seconds);
  }

  /** Of all types together; an older dispatcher tells it only of each. */
  private static double count(JsonNode stats, @Nullable JsonNode types, String name) {
    JsonNode told = stats.path(name);
    if (told.isNumber()) {
      return told.asDouble(0);
    }
    if (types == null) {
      return Double.NaN;
    }
    double sum = 0;
    for (JsonNode type : types) {
      sum += type.path(name).asDouble(0);
    }
    return sum;
  }

  private static double oldest(Instant now, JsonNode stats, float queued) {
    String at = stats.path("oldestQueuedAt").asString("");
    if (at.isEmpty()) {
      return queued == 0 ? 0 : Double.NaN;
    }
    try {
      return Math.max(0, Duration.between(Instant.parse(at), now).toMillis() / 1e3);
    } catch (DateTimeParseException e) {
      return Double.NaN;
    }
  }

  private static double seconds(JsonNode of, String name) {
    String text = of.path(name).asString("");
    try {
      return text.isEmpty() ? Double.NaN : Duration.parse(text).toNanos() / 1e9;
    } catch (DateTimeParseException | ArithmeticException e) {
      return Double.NaN;
    }
  }

  private static void set(float[] values, Series series, double value) {
    values[series.index()] = (float) value;
  }
}
