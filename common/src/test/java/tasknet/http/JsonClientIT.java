package tasknet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.task.TaskType;

/** Against a server that is not our own, so that it may answer anything. */
@Timeout(60)
class JsonClientIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Answer answer = new Answer(200, "application/json", "{\"type\":\"hash\"}");
  private volatile String asked = "";
  private final com.sun.net.httpserver.HttpServer server;
  private final JsonClient client;

  record Answer(int status, String mediaType, String body) {}

  record Shape(TaskType type) {}

  JsonClientIT() throws IOException {
    server =
        com.sun.net.httpserver.HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    client =
        new JsonClient(URI.create("http://localhost:" + server.getAddress().getPort()), PATIENCE);
  }

  @BeforeEach
  void start() {
    server.setExecutor(Thread::startVirtualThread);
    server.createContext("/", this::answer);
    server.createContext("/stalls", this::stall);
    server.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    client.close();
    server.stop(0);
  }

  @Test
  void everyMethodSendsItsBodyAndReadsTheAnswer() throws Exception {
    Shape shape = new Shape(new TaskType("hash"));

    assertThat(client.get("/a?b=c", Shape.class)).isEqualTo(shape);
    assertThat(asked).isEqualTo("GET /a?b=c null ");
    assertThat(client.put("/a", shape, Shape.class)).isEqualTo(shape);
    assertThat(asked).isEqualTo("PUT /a application/json {\"type\":\"hash\"}");
    assertThat(client.post("/a", shape, Shape.class)).isEqualTo(shape);
    assertThat(asked).isEqualTo("POST /a application/json {\"type\":\"hash\"}");
    assertThat(client.delete("/a", Shape.class)).isEqualTo(shape);
    assertThat(asked).isEqualTo("DELETE /a null ");
    HttpResponse<String> response =
        client.send("GET", "/a", null, PATIENCE, Map.of("Content-Type", "x/y"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(asked).isEqualTo("GET /a x/y ");
  }

  @Test
  void aProblemComesAsItIsWithTheAnswersHeaders() {
    Problem problem = Problem.of(404, "no-worker", "No worker", "none of type hash").with("n", 1);
    answer = new Answer(404, Problem.MEDIA_TYPE, Json.mapper().writeValueAsString(problem));

    ProblemException e = failure();
    assertThat(e.problem()).isEqualTo(problem);
    assertThat(e.headers()).containsEntry("retry-after", "3");
  }

  @Test
  void theStatusIsThatOfTheAnswerWhateverItsBodySays() {
    answer =
        new Answer(
            503,
            Problem.MEDIA_TYPE,
            "{\"type\":\"urn:x:y\",\"title\":\"T\",\"status\":200,\"detail\":\"D\"}");

    assertThat(failure().problem()).isEqualTo(new Problem("urn:x:y", "T", 503, "D", Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "<html>", "{\"title\":\"only\"}", "{\"status\":\"x\"}"})
  void anErrorThatIsNoProblemIsMadeOne(String body) {
    answer = new Answer(502, Problem.MEDIA_TYPE, body);
    assertThat(failure().problem().status()).isEqualTo(502);

    answer = new Answer(502, "text/html", body);
    assertThat(failure().problem().status()).isEqualTo(502);
    assertThat(failure().problem().title()).isEqualTo("HTTP 502");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "<html>", "{", "{\"type\":\"No Type\"}", "{} x"})
  void anAnswerThatCannotBeReadIsAnIoException(String body) {
    answer = new Answer(200, "application/json", body);

    assertThatThrownBy(() -> client.get("/a", Shape.class))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/a answered something that is not expected");
    assertThatThrownBy(() -> client.get("/a", TaskType.class)).isInstanceOf(IOException.class);
  }

  @Test
  void aServerThatIsNotThereIsAnIoException() {
    server.stop(0);

    assertThatThrownBy(() -> client.get("/a", Shape.class)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/stalls/before", "/stalls/within"})
  void aServerThatStallsIsATimeout(String path) {
    assertThatThrownBy(() -> client.get(path, Shape.class, Duration.ofMillis(200)))
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void aClosedClientCallsNobody() {
    client.close();

    assertThatThrownBy(() -> client.get("/a", Shape.class)).isInstanceOf(IOException.class);
  }

  private ProblemException failure() {
    ProblemException failure =
        catchThrowableOfType(ProblemException.class, () -> client.get("/a", Shape.class));
    assertThat(failure).isNotNull();
    return failure;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked =
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + " "
              + exchange.getRequestHeaders().getFirst("Content-Type")
              + " "
              + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.mediaType);
      exchange.getResponseHeaders().set("Retry-After", "3");
      exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void stall(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestURI().getPath().endsWith("within")) {
        exchange.sendResponseHeaders(200, 100);
        exchange.getResponseBody().write('{');
        exchange.getResponseBody().flush();
      }
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
