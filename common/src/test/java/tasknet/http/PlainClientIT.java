package tasknet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.task.TaskType;

/** Against a server that is not our own, so that it may answer anything. */
@Timeout(60)
class PlainClientIT {
  private static final byte[] BODY = "{\"type\":\"sum\"}".getBytes(StandardCharsets.UTF_8);
  private static final String ANSWER = "{\"type\":\"hash\"}";

  private final CountDownLatch over = new CountDownLatch(1);
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<Integer> ports = Collections.synchronizedList(new ArrayList<>());
  private final HttpServer server;
  private volatile int status = 200;
  private volatile String mediaType = "application/json";
  private volatile String body = ANSWER;

  record Shape(TaskType type) {}

  PlainClientIT() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    server.setExecutor(Thread::startVirtualThread);
    server.createContext("/", this::answer);
    server.createContext("/silent", _ -> await());
    server.createContext("/slow", this::answerSlowly);
    server.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    server.stop(0);
  }

  @Test
  void everyMethodSendsItsBodyAndBringsTheAnswer() throws Exception {
    PlainClient client = client(Duration.ofSeconds(20));

    assertThat(client.get("/a?b=c", Shape.class)).isEqualTo(new Shape(new TaskType("hash")));
    assertThat(client.call("PUT", "/a", BODY)).asString().isEqualTo(ANSWER);
    assertThat(client.call("POST", "/a", BODY)).asString().isEqualTo(ANSWER);
    assertThat(client.call("DELETE", "/a")).asString().isEqualTo(ANSWER);

    assertThat(asked)
        .containsExactly(
            "GET /a?b=c null ",
            "PUT /a application/json {\"type\":\"sum\"}",
            "POST /a application/json {\"type\":\"sum\"}",
            "DELETE /a null ");
    assertThat(ports).as("one connection for all").hasSize(4).containsOnly(ports.getFirst());
  }

  @Test
  void aProblemComesAsItIsAndTheConnectionIsUsedAgain() throws Exception {
    PlainClient client = client(Duration.ofSeconds(20));
    Problem problem = Problem.of(404, "no-worker", "No worker", "none of type hash").with("n", 1);
    status = 404;
    mediaType = Problem.MEDIA_TYPE;
    body = Json.mapper().writeValueAsString(problem);

    assertThatThrownBy(() -> client.get("/a", Shape.class))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    status = 500;
    mediaType = "text/html";
    assertThatThrownBy(() -> client.get("/a", Shape.class))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().title()).isEqualTo("HTTP 500"));
    assertThat(ports).hasSize(2).containsOnly(ports.getFirst());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "<html>", "{", "{\"type\":\"No Type\"}"})
  void anAnswerThatCannotBeReadIsAnIoException(String text) {
    body = text;

    assertThatThrownBy(() -> client(Duration.ofSeconds(20)).get("/a", Shape.class))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/a answered something that is not expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/silent", "/slow"})
  void aServerThatSaysNothingOrALittleNowAndThenIsATimeout(String path) {
    assertThatThrownBy(() -> client(Duration.ofMillis(200)).get(path, Shape.class))
        .isInstanceOf(HttpTimeoutException.class)
        .hasMessageContaining(path + " within PT0.2S");
  }

  @Test
  void aServerThatIsNotThereIsSaidToBe() {
    server.stop(0);

    assertThatThrownBy(() -> client(Duration.ofSeconds(20)).get("/a", Shape.class))
        .isInstanceOf(ConnectException.class);
  }

  private PlainClient client(Duration timeout) {
    return new PlainClient(
        URI.create("http://localhost:" + server.getAddress().getPort()), timeout);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      ports.add(exchange.getRemoteAddress().getPort());
      asked.add(
          exchange.getRequestMethod()
              + ' '
              + exchange.getRequestURI()
              + ' '
              + exchange.getRequestHeaders().getFirst("Content-Type")
              + ' '
              + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", mediaType);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** A byte every 50 ms: none of them is late. */
  private void answerSlowly(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      while (!await(50)) {
        out.write(' ');
        out.flush();
      }
    }
  }

  private void await() {
    while (!await(1_000)) {
      // The test goes on.
    }
  }

  private boolean await(int millis) {
    try {
      return over.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }
}
