package tasknet.task;

/**
 * Why an attempt, or a task, failed.
 *
 * @param code short and stable, lower case with hyphens, for programs
 * @param message one sentence, for people
 * @param retryable whether another attempt may succeed
 */
public record TaskError(String code, String message, boolean retryable) {
  /** The payload is not what the handler wants. */
  public static final String INVALID_PAYLOAD = "invalid-payload";

  /** The handler threw. */
  public static final String HANDLER_FAILED = "handler-failed";

  /** The attempt ran longer than its timeout. */
  public static final String TIMEOUT = "timeout";

  /** The result is larger than may travel. */
  public static final String RESULT_TOO_LARGE = "result-too-large";

  /** The worker could not fetch the payload from the dispatcher. */
  public static final String PAYLOAD_UNAVAILABLE = "payload-unavailable";

  /** The attempt was cancelled. */
  public static final String CANCELLED = "cancelled";

  /** The deadline of the task passed while it waited. */
  public static final String DEADLINE_EXCEEDED = "deadline-exceeded";

  /** The worker died, restarted or went silent while it had the attempt. */
  public static final String WORKER_LOST = "worker-lost";

  /** Too many workers died while they ran the task; no other one is given it. */
  public static final String POISON = "poison";

  /** The worker refused the attempt without running it. */
  public static final String REJECTED = "rejected";

  /** The attempt never reached the worker. */
  public static final String UNDELIVERED = "undelivered";
}
