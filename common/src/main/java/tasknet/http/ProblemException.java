package tasknet.http;

import java.util.Map;

/** Ends a request with a {@link Problem}; on the client's side, what the server answered. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final transient Map<String, String> headers;

  public ProblemException(Problem problem) {
    this(problem, Map.of());
  }

  /**
   * @param headers to be sent with the answer, for instance {@code Retry-After}
   */
  public ProblemException(Problem problem, Map<String, String> headers) {
    super(problem.title() + ": " + problem.detail());
    this.problem = problem;
    this.headers = Map.copyOf(headers);
  }

  public Problem problem() {
    return problem;
  }

  /** To be sent with the answer; on the client's side, those of the answer, names in lower case. */
  public Map<String, String> headers() {
    return headers;
  }
}
