package tasknet.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one service: the file {@code FOLDER/SERVICE.log} and the console, one line an event
 * (see {@link LogLine}). The file is rolled each day and at 20 MB, and 200 MB of it are kept. A
 * logger is handed to whoever logs, so that several services can run in one process, each with its
 * file. Replicas that share a folder have files of their own: the second one is {@code SERVICE-2}.
 */
public final class ServiceLog implements AutoCloseable {
  private static final FileSize FILE_SIZE = new FileSize(20 * FileSize.MB_COEFFICIENT);
  private static final FileSize TOTAL_SIZE = new FileSize(200 * FileSize.MB_COEFFICIENT);
  private static final int DAYS_KEPT = 14;

  private final ch.qos.logback.classic.Logger logger;
  private final RollingFileAppender<ILoggingEvent> file;

  private final FileClaim claim;

  private ServiceLog(
      ch.qos.logback.classic.Logger logger,
      RollingFileAppender<ILoggingEvent> file,
      FileClaim claim) {
    this.logger = logger;
    this.file = file;
    this.claim = claim;
  }

  /**
   * Opens the log without the console, for when that belongs to somebody else.
   *
   * @throws IOException as {@link #open} does
   */
  public static ServiceLog openQuietly(String service, Path folder, LogLevel level)
      throws IOException {
    ServiceLog log = open(service, folder, level);
    log.logger.setAdditive(false);
    return log;
  }

  /**
   * Opens the log.
   *
   * @param service the name of the service and, with {@code .log}, of the file, if no other process
   *     writes that one
   * @throws IOException if the folder cannot be made or written
   */
  public static ServiceLog open(String service, Path folder, LogLevel level) throws IOException {
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new IOException("the log folder " + folder + " cannot be written");
    }
    FileClaim claim = FileClaim.of(service, folder);
    try {
      return open(claim, folder, level);
    } catch (IOException | RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  private static ServiceLog open(FileClaim claim, Path folder, LogLevel level) throws IOException {
    String name = claim.name();
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
    file.setContext(context);
    file.setName("file-" + name);
    file.setFile(folder.resolve(name + ".log").toString());
    SizeAndTimeBasedRollingPolicy<ILoggingEvent> rolling = new SizeAndTimeBasedRollingPolicy<>();
    rolling.setContext(context);
    rolling.setParent(file);
    rolling.setFileNamePattern(folder.resolve(name + ".%d{yyyy-MM-dd}.%i.log").toString());
    rolling.setMaxFileSize(FILE_SIZE);
    rolling.setTotalSizeCap(TOTAL_SIZE);
    rolling.setMaxHistory(DAYS_KEPT);
    rolling.start();
    file.setRollingPolicy(rolling);
    file.setEncoder(LogLine.encoder(context));
    file.start();
    if (!file.isStarted()) {
      throw new IOException("the log file " + file.getFile() + " cannot be written");
    }
    ch.qos.logback.classic.Logger logger = context.getLogger(LogLine.ROOT + name);
    logger.setLevel(Level.valueOf(level.name()));
    logger.setAdditive(true);
    logger.addAppender(file);
    return new ServiceLog(logger, file, claim);
  }

  /** What the service's classes log to. */
  public Logger logger() {
    return logger;
  }

  @Override
  public void close() {
    logger.detachAppender(file);
    file.stop();
    claim.close();
  }
}
