package tasknet.monitoring.live;

/** A service does not tell what it was asked; the message says why. */
final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String reason) {
    super(reason);
  }
}
