package tasknet.process;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A wired service: its constructor does no I/O, it is started once and closed at the end. */
public interface Service extends AutoCloseable {
  /**
   * Opens what it needs and begins to work; returns when it does.
   *
   * @throws IOException if it cannot work; the message says what is wrong
   * @throws tasknet.http.PortTakenException if its HTTP port is used by something else
   */
  void start() throws IOException;

  /** Completes with the reason when the service cannot go on by itself; it is then closed. */
  default CompletionStage<String> failure() {
    return new CompletableFuture<String>().minimalCompletionStage();
  }

  /** Stops in reverse order; harmless when it was not started, or is closed already. */
  @Override
  void close();
}
