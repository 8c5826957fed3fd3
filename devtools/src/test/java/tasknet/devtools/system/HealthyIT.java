package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Docker runs in a container to learn whether the service is well. */
@Timeout(60)
class HealthyIT {
  private static final Duration WHILE = Duration.ofSeconds(5);
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path folder;
  private final List<Long> asked = Collections.synchronizedList(new ArrayList<>());
  private final HttpServer service;

  HealthyIT() throws IOException {
    service = HttpServer.create(ANY, 0);
    service.start();
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  @Test
  void aServiceThatIsReadyIsWellAtOnce() throws IOException {
    answers(_ -> 200);

    assertThat(healthy().exitCode()).isZero();
    assertThat(asked).hasSize(1);
  }

  @Test
  void aServiceThatIsNotReadyYetIsAskedAgainInTheSameProcess() throws IOException {
    answers(number -> number < 3 ? 503 : 200);

    assertThat(healthy().exitCode()).isZero();
    assertThat(asked).hasSize(3);
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    answers(_ -> 503);
    assertThat(failed(healthy())).isEqualTo("GET /health/ready: 503");

    try (ServerSocket silent = new ServerSocket(0, 50, ANY.getAddress())) {
      assertThat(failed(healthy(silent.getLocalPort()))).isEqualTo("GET /health/ready: no answer");
    }

    service.stop(0);
    assertThat(failed(healthy())).isEqualTo("GET /health/ready: no answer");
  }

  @Test
  void whoWasWellIsAskedAfterAWhileAndWhoIsNoLongerAtOnce() throws IOException {
    answers(number -> number == 2 ? 503 : 200);

    assertThat(healthy().exitCode()).isZero();
    assertThat(failed(healthy())).isEqualTo("GET /health/ready: 503");
    long failed = System.nanoTime();
    assertThat(healthy().exitCode()).isZero();

    assertThat(asked).hasSize(3);
    assertThat(Duration.ofNanos(asked.get(1) - asked.get(0))).isGreaterThan(WHILE);
    assertThat(Duration.ofNanos(asked.get(2) - failed)).isLessThan(WHILE);
  }

  // ---- small things ----------------------------------------------------------------------------

  /** The status of its answer to each question, of which the first has number 1. */
  private void answers(IntUnaryOperator status) {
    service.createContext(
        "/health/ready",
        exchange -> {
          asked.add(System.nanoTime());
          exchange.sendResponseHeaders(status.applyAsInt(asked.size()), -1);
          exchange.close();
        });
  }

  private Ran healthy() throws IOException {
    return healthy(service.getAddress().getPort());
  }

  private Ran healthy(int port) throws IOException {
    Map<String, String> environment =
        Map.of("TASKNET_HTTP_PORT", Integer.toString(port), "TMPDIR", folder.toString());
    return Ran.in(
        Checkout.HOME,
        environment,
        List.of("bash", ".build/image/healthy", "" + WHILE.toSeconds()));
  }

  private String failed(Ran ran) {
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.errors()).isEmpty();
    assertThat(folder).isEmptyDirectory();
    return ran.output().strip();
  }
}
