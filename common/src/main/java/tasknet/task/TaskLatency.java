package tasknet.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long tasks took that got on within about the last minute; what did not happen is null.
 *
 * @param waited {@code wait} in JSON, which no record may call it: from when a task was queued
 *     until its attempt began
 * @param run from when an attempt began until its end was recorded
 * @param total from when a task was submitted until it ended, with its delay and its retries
 */
public record TaskLatency(
    @Nullable Percentiles waited, @Nullable Percentiles run, @Nullable Percentiles total) {
  /**
   * So long took half of them, 95 and 99 of a hundred, or less; within 3 %.
   *
   * @param p50 the median
   */
  public record Percentiles(Duration p50, Duration p95, Duration p99) {}
}
