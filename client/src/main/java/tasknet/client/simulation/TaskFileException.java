package tasknet.client.simulation;

/** A file of tasks that cannot be used; the message names the place and what is allowed there. */
public final class TaskFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TaskFileException(String message) {
    super(message);
  }
}
