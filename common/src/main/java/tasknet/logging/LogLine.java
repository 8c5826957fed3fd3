package tasknet.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * The one log format: {@code 2026-11-23T17:53:26.123+00:00 INFO dispatcher message}. An event is
 * one line: line breaks and control characters of a message, which may come from outside, are
 * written as escapes. The lines of a stack trace follow it, indented, so that none of them can pass
 * for an event.
 */
public final class LogLine extends LayoutBase<ILoggingEvent> {
  static final String ROOT = "tasknet.";

  private static final String INDENT = "    ";

  private static volatile Second second = Second.of(0);

  /** What the times of one second have in common; most events are in the second of the last one. */
  private record Second(long number, String upToSeconds, String offset) {
    private static final DateTimeFormatter UP_TO_SECONDS =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.");
    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xxx");

    static Second of(long number) {
      ZonedDateTime time = Instant.ofEpochSecond(number).atZone(ZoneId.systemDefault());
      return new Second(number, UP_TO_SECONDS.format(time), OFFSET.format(time));
    }
  }

  /** What turns events into lines, for a file or the console. */
  static LayoutWrappingEncoder<ILoggingEvent> encoder(LoggerContext context) {
    LogLine layout = new LogLine();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    time(event.getTimeStamp(), line);
    String level = event.getLevel().toString();
    line.append(' ').append(level).append(" ".repeat(6 - level.length()));
    line.append(service(event.getLoggerName())).append(' ');
    escape(event.getFormattedMessage(), line);
    line.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      ThrowableProxyUtil.asString(thrown).lines().forEach(frame -> trace(frame, line));
    }
    return line.toString();
  }

  private static void time(long millis, StringBuilder line) {
    long number = Math.floorDiv(millis, 1000L);
    Second current = second;
    if (current.number != number) {
      current = Second.of(number);
      second = current;
    }
    int fraction = (int) Math.floorMod(millis, 1000L);
    line.append(current.upToSeconds)
        .append((char) ('0' + fraction / 100))
        .append((char) ('0' + fraction / 10 % 10))
        .append((char) ('0' + fraction % 10))
        .append(current.offset);
  }

  private static String service(String logger) {
    return logger.startsWith(ROOT)
        ? logger.substring(ROOT.length())
        : logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static void trace(String frame, StringBuilder line) {
    int tabs = 0;
    while (tabs < frame.length() && frame.charAt(tabs) == '\t') {
      tabs++;
    }
    line.append(INDENT).append(INDENT.repeat(tabs));
    escape(frame.substring(tabs), line);
    line.append('\n');
  }

  private static void escape(String text, StringBuilder line) {
    int plain = 0; // what is not copied yet begins here
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      if (character < ' ' || character >= 0x7f) {
        line.append(text, plain, index);
        plain = index + 1;
        switch (character) {
          case '\n' -> line.append("\\n");
          case '\r' -> line.append("\\r");
          case '\t' -> line.append("\\t");
          default -> {
            if (isHarmless(character)) {
              line.append(character);
            } else {
              line.append(String.format("\\u%04x", (int) character));
            }
          }
        }
      }
    }
    line.append(text, plain, text.length());
  }

  private static boolean isHarmless(char character) {
    return switch (Character.getType(character)) {
      // Control characters, line breaks of Unicode, and marks that turn the direction of the text.
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.FORMAT ->
          false;
      default -> true;
    };
  }
}
