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
import java.time.format.DateTimeFormatter;

/**
 * The one log format: {@code 2026-11-23T17:53:26.123+00:00 INFO dispatcher message}. An event is
 * one line: line breaks and control characters of a message, which may come from outside, are
 * written as escapes. The lines of a stack trace follow it, indented, so that none of them can pass
 * for an event.
 */
public final class LogLine extends LayoutBase<ILoggingEvent> {
  static final String ROOT = "tasknet.";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx");
  private static final String INDENT = "    ";

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
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()).atZone(ZoneId.systemDefault()), line);
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
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      if (character >= ' ' && character < 0x7f) {
        line.append(character);
      } else {
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
