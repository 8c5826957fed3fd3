package tasknet.http;

import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;

/** Tells the faults of clients that cannot send a request from the faults of the server. */
final class UnreadableRequests {
  private UnreadableRequests() {}

  /** What a client did wrong when its body could not be read; null when it was not the client. */
  static @Nullable Problem problem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case HttpException http when http.getCode() >= 400 && http.getCode() < 500 -> {
          return Problem.malformed("the request cannot be read: " + http.getReason());
        }
        case EofException _ -> {
          return Problem.malformed("the request breaks off");
        }
        case TimeoutException _ -> {
          return Problem.of(
              408, "slow-request", "Request timeout", "the body did not come in time");
        }
        default -> {}
      }
    }
    return null;
  }
}
