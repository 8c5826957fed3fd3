package tasknet.dispatcher.wal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;
import tasknet.runtime.NanoClock;

/** What a log of tasks says to people, with its level before it. */
final class LogLines implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger("tasknet.wal-it");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  LogLines() {
    lines.list = new CopyOnWriteArrayList<>();
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  FileTaskLog log(FileTaskLog.Options options) {
    return log(options, LogDisk.REAL);
  }

  FileTaskLog log(FileTaskLog.Options options, LogDisk disk) {
    return new FileTaskLog(options, disk, NanoClock.SYSTEM, logger);
  }

  List<String> all() {
    return lines.list.stream()
        .map(line -> line.getLevel() + " " + line.getFormattedMessage())
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(lines);
  }
}
