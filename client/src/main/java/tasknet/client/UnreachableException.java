package tasknet.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** The dispatcher was not reached, or what answered is not a dispatcher. */
public final class UnreachableException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  /** A call of the dispatcher at that address failed so. */
  public UnreachableException(URI dispatcher, IOException cause) {
    super("cannot reach the dispatcher at " + dispatcher + " (" + reason(cause) + ")", cause);
  }

  /** Whether nothing listens at the address. */
  public boolean connectionRefused() {
    return getCause() instanceof ConnectException && !hasUnknownHost(getCause());
  }

  private static String reason(IOException failure) {
    if (hasUnknownHost(failure)) {
      return "unknown host";
    }
    String message = failure.getMessage();
    return switch (failure) {
      case HttpConnectTimeoutException e -> "it does not accept the connection";
      case HttpTimeoutException e -> "no answer in time";
      case ConnectException e when message == null -> "connection refused";
      case ConnectException e -> message.toLowerCase(java.util.Locale.ROOT);
      default -> message == null ? failure.getClass().getSimpleName() : message;
    };
  }

  private static boolean hasUnknownHost(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }
}
