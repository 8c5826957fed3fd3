package tasknet.worker;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.http.Answers;
import tasknet.http.Json;
import tasknet.http.LastRead;
import tasknet.http.PlainClient;
import tasknet.http.ProblemException;
import tasknet.registry.Heartbeat;
import tasknet.registry.Registration;

/** The calls of heartbeats, most of which say what the one before said. For one thread. */
final class HeartbeatCalls {
  private static final byte[] NOTHING = {};

  private final PlainClient nameservice;
  private final LastRead<Heartbeat> answers = new LastRead<>();
  private @Nullable Registration last;
  private byte[] lastBytes = NOTHING;

  HeartbeatCalls(URI nameservice, Duration timeout) {
    this.nameservice = new PlainClient(nameservice, timeout);
  }

  /**
   * Registers.
   *
   * @throws ProblemException if it is refused
   */
  Heartbeat put(String path, Registration registration) throws IOException {
    if (!registration.equals(last)) {
      lastBytes = Json.mapper().writeValueAsBytes(registration);
      last = registration;
    }
    byte[] answer = nameservice.call("PUT", path, lastBytes);
    return Answers.read(
        nameservice.base(),
        () -> answers.read(answer, bytes -> Json.mapper().readValue(bytes, Heartbeat.class)));
  }

  /**
   * Deregisters.
   *
   * @throws ProblemException if it is refused
   */
  void delete(String path) throws IOException {
    nameservice.call("DELETE", path);
  }
}
