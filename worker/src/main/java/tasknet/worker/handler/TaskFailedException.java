package tasknet.worker.handler;

import java.util.regex.Pattern;

/** The attempt failed in a way that the handler knows. */
public final class TaskFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  private final String code;
  private final boolean retryable;

  /**
   * @param code for programs: up to 40 lower-case letters, digits and hyphens
   * @param message one sentence for people
   * @param retryable whether another attempt may succeed
   * @throws IllegalArgumentException if the code is not one
   */
  public TaskFailedException(String code, String message, boolean retryable) {
    super(message);
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException(
          "the error code '" + code + "' must be 1 to 40 of a-z, 0-9 and '-', a letter first");
    }
    this.code = code;
    this.retryable = retryable;
  }

  public String code() {
    return code;
  }

  public boolean retryable() {
    return retryable;
  }
}
