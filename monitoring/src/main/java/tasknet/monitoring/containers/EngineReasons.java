package tasknet.monitoring.containers;

import com.github.dockerjava.api.exception.DockerException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Says why an engine cannot be asked, and what to do. */
final class EngineReasons {
  private EngineReasons() {}

  static String of(String host, @Nullable Throwable failure) {
    if (failure == null) {
      return "the engine at " + host + " ended the connection";
    }
    String last = failure.toString();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof DockerException answer) {
        return "the engine at " + host + " answered " + answer.getHttpStatus() + ": " + message;
      }
      if (cause instanceof UnknownHostException) {
        return "the host of " + host + " is not known";
      }
      if (cause instanceof SocketTimeoutException) {
        return "no answer from " + host + " within 2 s";
      }
      if (message.contains("Permission denied")) {
        return "no permission on "
            + place(host)
            + "; the user of this process must be in the group that owns it";
      }
      if (message.contains("No such file")) {
        return "nothing at "
            + place(host)
            + "; install Docker, or mount its socket there, or name it in TASKNET_DOCKER_HOST";
      }
      if (message.contains("Connection refused")) {
        return "nothing listens at " + place(host) + "; start the Docker engine";
      }
      last = cause.getMessage() == null ? cause.getClass().getSimpleName() : message;
    }
    return "the connection with " + host + " broke: " + last;
  }

  private static String place(String host) {
    return host.startsWith("unix:") ? URI.create(host).getPath() : host;
  }
}
