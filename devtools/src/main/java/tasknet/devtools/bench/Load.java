package tasknet.devtools.bench;

import java.io.IOException;

/** Hands in tasks. */
interface Load extends AutoCloseable {
  /**
   * Returns when there is no next task, and all are answered.
   *
   * @throws IOException if the dispatcher is not reached
   */
  void run(Pace pace, Recording recording) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
