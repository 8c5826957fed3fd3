package tasknet.dispatcher.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;

/** A log that keeps its lines. */
public final class LogLines {
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final ch.qos.logback.classic.Logger logger;

  public LogLines() {
    LoggerContext context = new LoggerContext();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            events.add(event);
          }
        };
    appender.setContext(context);
    appender.start();
    logger = context.getLogger("test");
    logger.setLevel(Level.DEBUG);
    logger.addAppender(appender);
  }

  public Logger logger() {
    return logger;
  }

  /** The messages that contain a text, oldest first. */
  public List<String> with(String text) {
    return events.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(message -> message.contains(text))
        .toList();
  }

  /** The messages of errors. */
  public List<String> errors() {
    return events.stream()
        .filter(event -> event.getLevel() == Level.ERROR)
        .map(
            event ->
                event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ": " + event.getThrowableProxy().getMessage()))
        .toList();
  }
}
