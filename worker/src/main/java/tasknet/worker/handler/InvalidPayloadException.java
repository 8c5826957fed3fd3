package tasknet.worker.handler;

import tasknet.task.TaskError;
import tools.jackson.databind.JsonNode;

/** The payload is not what the handler wants: another attempt would fail as well. */
public final class InvalidPayloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 80;

  /**
   * @param message what it wants and what it got; reported with the code {@link
   *     TaskError#INVALID_PAYLOAD}
   */
  public InvalidPayloadException(String message) {
    super(message);
  }

  /**
   * The exception for a payload, or a part of it, of the wrong kind.
   *
   * @param wanted for instance {@code "a text"}
   */
  public static InvalidPayloadException wanted(String wanted, JsonNode got) {
    return wanted(wanted, got.toString());
  }

  /** The same, for something that was given as text. */
  static InvalidPayloadException wanted(String wanted, String got) {
    int end = got.offsetByCodePoints(0, Math.min(SHOWN, got.codePointCount(0, got.length())));
    String shown = end == got.length() ? got : got.substring(0, end) + "…";
    return new InvalidPayloadException("wanted " + wanted + ", got " + shown);
  }
}
