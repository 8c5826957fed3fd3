package tasknet.monitoring.logs;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import tasknet.logging.LogLevel;

/** Lines as services write them, at times that a test chooses. */
final class LogTexts {
  static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneOffset.UTC);

  private LogTexts() {}

  /** A line, with its end. */
  static String line(long millis, LogLevel level, String service, String message) {
    return String.format(
        "%s %-5s %s %s\n", TIME.format(START.plusMillis(millis)), level, service, message);
  }

  static String info(long millis, String service, String message) {
    return line(millis, LogLevel.INFO, service, message);
  }
}
