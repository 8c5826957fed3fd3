package tasknet.worker;

import java.net.URI;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.wire.Message;

/**
 * Does what takes time and must not hold up the worker's event loop: runs handlers, carries large
 * results. The seam at which a simulation puts its own.
 */
interface OffLoop extends AutoCloseable {
  /** Told of what was done, on any thread. */
  interface Told {
    /** A handler ended. */
    void ended(AttemptId attempt, Executions.Run run, Outcome outcome);

    /** A handler tells how far it is. */
    void progressed(AttemptId attempt, Executions.Run run, int percent, String note);

    /**
     * A result was put, or not.
     *
     * @param delivered whether the dispatcher has the result, or does not want it
     */
    void uploaded(AttemptId attempt, boolean delivered);
  }

  /**
   * Starts a handler; never throws.
   *
   * @param deadline on the nano clock
   */
  Executions.Run start(Message.Execute execute, long deadline, Told told);

  /** Puts a result over HTTP. */
  void upload(URI url, AttemptId attempt, JsonText result, Told told);

  /** Interrupts what still runs, and does not wait for it. */
  @Override
  void close();
}
