package tasknet.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/** Durations as people read them. */
final class Amounts {
  private Amounts() {}

  /** One number and a unit, rounded down: {@code 0s}, {@code 59s}, {@code 3m}, {@code 2h}. */
  static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 2 * 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  /** {@code 12 ms}, {@code 1.25 s}, {@code 90 s}. */
  static String length(Duration length) {
    long millis = length.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    return millis < 60_000
        ? String.format(Locale.ROOT, "%.2f s", millis / 1000.0)
        : length.toSeconds() + " s";
  }

  /** Milliseconds with one digit after the point. */
  static String millis(Duration length) {
    return String.format(Locale.ROOT, "%.1f", length.toNanos() / 1e6);
  }

  /** A number without digits that say nothing, for instance {@code 2} and {@code 2.5}. */
  static String number(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
