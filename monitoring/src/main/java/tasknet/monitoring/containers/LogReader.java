package tasknet.monitoring.containers;

import java.io.IOException;
import java.time.Duration;

/** The lines of a container's log as they come; to be closed. */
public interface LogReader extends AutoCloseable {
  /**
   * The next piece, which need not end with a line.
   *
   * @return empty when none came within the wait
   * @throws IOException if the engine broke off
   */
  byte[] next(Duration wait) throws IOException, InterruptedException;

  /** Whether all was read. */
  boolean ended();

  @Override
  void close();
}
