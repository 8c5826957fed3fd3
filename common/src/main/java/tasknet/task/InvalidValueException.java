package tasknet.task;

/** A value from outside that cannot be accepted; the message names it and says what is allowed. */
public final class InvalidValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 80;

  private final String field;

  /**
   * @param field where the value stood, for instance {@code type} or {@code backoff.first}
   * @param given the value as it was given; shortened in the message
   * @param allowed what would have been accepted, for instance {@code "a number from 1 to 100"}
   */
  public InvalidValueException(String field, Object given, String allowed) {
    super(field + ": " + shown(given) + " is not allowed; it must be " + allowed);
    this.field = field;
  }

  private InvalidValueException(String field, String message, Throwable cause) {
    super(message, cause);
    this.field = field;
  }

  /** The same of a value that stood in a part of the document. */
  public InvalidValueException within(String part) {
    return new InvalidValueException(part + '.' + field, part + '.' + getMessage(), this);
  }

  /** Where the value stood. */
  public String field() {
    return field;
  }

  private static String shown(Object given) {
    String text = String.valueOf(given);
    return '\'' + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…") + '\'';
  }
}
