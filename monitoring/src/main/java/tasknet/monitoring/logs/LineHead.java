package tasknet.monitoring.logs;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import tasknet.logging.LogLevel;

/**
 * What a line of {@link tasknet.logging.LogLine} begins with: {@code 2026-11-23T17:53:26.123+00:00
 * INFO dispatcher }. A line that does not begin so is no event, and belongs to the one before it.
 *
 * @param length bytes up to the service's name
 */
record LineHead(Instant time, LogLevel level, int length) {
  private static final LogLevel[] LEVELS = LogLevel.values();
  private static final String SHAPE = "0000-00-00T00:00:00.000+00:00 ";
  private static final int LEVEL = SHAPE.length();
  private static final int LENGTH = LEVEL + 6;

  /** The head of the line at an index, or null when what stands there is none. */
  static @Nullable LineHead at(byte[] bytes, int from, int to) {
    if (to - from <= LENGTH || !hasShape(bytes, from)) {
      return null;
    }
    LogLevel level = level(bytes, from + LEVEL);
    Instant time = level == null ? null : time(bytes, from);
    return level == null || time == null ? null : new LineHead(time, level, LENGTH);
  }

  private static boolean hasShape(byte[] bytes, int from) {
    for (int index = 0; index < LEVEL; index++) {
      byte given = bytes[from + index];
      char wanted = SHAPE.charAt(index);
      boolean fits =
          switch (wanted) {
            case '0' -> given >= '0' && given <= '9';
            case '+' -> given == '+' || given == '-';
            default -> given == wanted;
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable LogLevel level(byte[] bytes, int from) {
    for (LogLevel level : LEVELS) {
      if (isPadded(level.name(), bytes, from)) {
        return level;
      }
    }
    return null;
  }

  private static boolean isPadded(String name, byte[] bytes, int from) {
    for (int index = 0; index < LENGTH - LEVEL; index++) {
      char wanted = index < name.length() ? name.charAt(index) : ' ';
      if (bytes[from + index] != wanted) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Instant time(byte[] bytes, int at) {
    try {
      int sign = bytes[at + 23] == '-' ? -1 : 1;
      return LocalDateTime.of(
              number(bytes, at, 4),
              number(bytes, at + 5, 2),
              number(bytes, at + 8, 2),
              number(bytes, at + 11, 2),
              number(bytes, at + 14, 2),
              number(bytes, at + 17, 2),
              number(bytes, at + 20, 3) * 1_000_000)
          .toInstant(
              ZoneOffset.ofHoursMinutes(
                  sign * number(bytes, at + 24, 2), sign * number(bytes, at + 27, 2)));
    } catch (DateTimeException e) {
      return null; // the shape of a time, and none
    }
  }

  private static int number(byte[] bytes, int from, int digits) {
    int number = 0;
    for (int index = from; index < from + digits; index++) {
      number = number * 10 + bytes[index] - '0';
    }
    return number;
  }
}
