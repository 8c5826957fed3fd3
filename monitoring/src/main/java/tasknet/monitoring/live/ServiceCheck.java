package tasknet.monitoring.live;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.http.PlainClient;
import tasknet.http.ProblemException;
import tasknet.registry.WorkerList;
import tasknet.runtime.NanoClock;
import tools.jackson.databind.JsonNode;

/** Asks one of the other services, which has the timeout to answer. */
final class ServiceCheck {
  private static final int MILLIS = 1000;

  private final String name;
  private final PlainClient client;
  private final Duration timeout;
  private final NanoClock clock;

  ServiceCheck(String name, URI url, Duration timeout, NanoClock clock) {
    this.name = name;
    this.client = new PlainClient(url, timeout);
    this.timeout = timeout;
    this.clock = clock;
  }

  URI url() {
    return client.base();
  }

  /**
   * All that one question tells.
   *
   * @param state ready when it answers: whether it says so is not asked
   * @param document null when there is none
   */
  record Glance<T>(ServiceState state, @Nullable T document) {}

  /** Asks for a document, and takes it for well if it answers. */
  <T> Glance<T> glance(String path, Class<T> type) {
    long asked = clock.nanoTime();
    try {
      T document = client.get(path, type);
      return new Glance<>(new ServiceState(name, url(), true, true, null, since(asked)), document);
    } catch (ProblemException e) {
      String reason = "the " + name + " answered: " + e.getMessage();
      return new Glance<>(new ServiceState(name, url(), true, false, reason, since(asked)), null);
    } catch (IOException e) {
      return new Glance<>(new ServiceState(name, url(), false, false, reason(e), null), null);
    }
  }

  /** How it is. */
  ServiceState state() {
    long asked = clock.nanoTime();
    try {
      client.call("GET", "/health/ready");
      return new ServiceState(name, url(), true, true, null, since(asked));
    } catch (ProblemException e) {
      String reason = e.problem().detail();
      return new ServiceState(name, url(), true, false, reason, since(asked));
    } catch (IOException e) {
      return new ServiceState(name, url(), false, false, reason(e), null);
    }
  }

  /**
   * The workers, of the nameservice.
   *
   * @throws NoAnswerException if it does not tell
   */
  WorkerList workers() throws NoAnswerException {
    return get("/workers", WorkerList.class);
  }

  /**
   * Any document.
   *
   * @throws NoAnswerException if there is none
   */
  JsonNode document(String path) throws NoAnswerException {
    return get(path, JsonNode.class);
  }

  private <T> T get(String path, Class<T> type) throws NoAnswerException {
    try {
      return client.get(path, type);
    } catch (ProblemException e) {
      throw new NoAnswerException("the " + name + " answered: " + e.getMessage());
    } catch (IOException e) {
      throw new NoAnswerException(reason(e));
    }
  }

  private Duration since(long asked) {
    return Duration.ofNanos(clock.nanoTime() - asked);
  }

  private String reason(IOException e) {
    return switch (e) {
      case HttpTimeoutException _ -> "no answer from " + url() + " within " + inSeconds();
      case UnknownHostException _ -> "the host of " + url() + " is not known";
      case ConnectException _ -> "nothing listens at " + url();
      default -> "no answer that can be read from " + url() + ": " + e.getMessage();
    };
  }

  private String inSeconds() {
    return timeout.toMillis() % MILLIS == 0
        ? timeout.toSeconds() + " s"
        : timeout.toMillis() + " ms";
  }
}
