package tasknet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskType;

@Timeout(60)
class HttpServerIT {
  private static final int LIMIT = 1000;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger inSlow = new AtomicInteger();
  private final CompletableFuture<String> later = new CompletableFuture<>();
  private volatile @Nullable String notReady;
  private final HttpServer server = server(0, meters);

  record Order(TaskType type, JsonText payload) {}

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void close() {
    go.countDown();
    http.shutdownNow();
    http.close();
    server.close();
  }

  @Test
  void jsonGoesInAndOut() throws Exception {
    HttpResponse<String> answer = post("/orders", "{\"type\":\"hash\",\"payload\":[1.10]}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"type\":\"hash\",\"payload\":[1.10]}");
    assertThat(mediaType(answer)).startsWith("application/json");
    assertThat(answer.headers().firstValue("Server")).isEmpty();
  }

  @Test
  void anUnknownPathIsAProblem() throws Exception {
    Problem problem = problem(send("GET", "/nowhere", BodyPublishers.noBody()), 404);

    assertThat(problem.code()).isEqualTo("not-found");
    assertThat(problem.detail()).isEqualTo("there is no GET /nowhere");
  }

  @Test
  void aWrongMethodIsAProblemThatNamesTheRightOnes() throws Exception {
    HttpResponse<String> answer = send("PUT", "/orders", BodyPublishers.noBody());

    assertThat(problem(answer, 405).code()).isEqualTo("method-not-allowed");
    assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
  }

  @Test
  void aBodyThatIsTooLargeIsAProblemWhetherItSaysSoOrNot() throws Exception {
    byte[] body =
        ("{\"type\":\"hash\",\"payload\":\"" + "x".repeat(LIMIT) + "\"}")
            .getBytes(StandardCharsets.UTF_8);

    for (BodyPublisher publisher :
        new BodyPublisher[] {
          BodyPublishers.ofByteArray(body),
          BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
        }) {
      Problem problem = problem(send("POST", "/orders", publisher), 413);
      assertThat(problem.code()).isEqualTo("too-large");
      assertThat(problem.detail()).contains("1000 bytes");
    }
  }

  @Test
  void aBodyOfUnknownLengthWithinTheLimitIsRead() throws Exception {
    byte[] body = "{\"type\":\"hash\",\"payload\":1}".getBytes(StandardCharsets.UTF_8);

    assertThat(
            send(
                    "POST",
                    "/orders",
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "7",
        "{} {}",
        "{\"type\":7,\"payload\":1}",
        "{\"type\":\"hash\",\"type\":\"hash\",\"payload\":1}"
      })
  void aBodyThatIsNotTheJsonThatIsExpectedIsAProblem(String body) throws Exception {
    Problem problem = problem(post("/orders", body), 400);

    assertThat(problem.code()).isEqualTo("malformed");
    assertThat(problem.detail()).isNotBlank().doesNotContain("tasknet.").doesNotContain("\tat ");
  }

  @Test
  void aValueThatIsNotAllowedIsNamed() throws Exception {
    Problem problem = problem(post("/orders", "{\"type\":\"No Type\",\"payload\":1}"), 400);

    assertThat(problem.extensions()).containsEntry("field", "type");
    assertThat(problem.detail()).contains("'No Type' is not allowed; it must be");
  }

  @Test
  void aBodyThatIsNotUtf8IsAProblem() throws Exception {
    byte[] body = "{\"type\":\"hash\",\"payload\":\"ü\"}".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(problem(send("POST", "/orders", BodyPublishers.ofByteArray(body)), 400).code())
        .isEqualTo("malformed");
  }

  @Test
  void aFaultIsAnsweredWithoutItsInnards() throws Exception {
    HttpResponse<String> answer = send("GET", "/fault", BodyPublishers.noBody());

    assertThat(problem(answer, 500).code()).isEqualTo("internal");
    assertThat(answer.body()).doesNotContain("secret").doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/error", "/unwritable"})
  void everyFaultOfTheServerIsA500(String path) throws Exception {
    HttpResponse<String> answer = send("GET", path, BodyPublishers.noBody());

    assertThat(problem(answer, 500).type()).isNotBlank();
    assertThat(answer.body()).doesNotContain("secret");
  }

  @Test
  void aProblemKeepsItsHeaders() throws Exception {
    HttpResponse<String> answer = send("GET", "/busy", BodyPublishers.noBody());

    assertThat(problem(answer, 503).code()).isEqualTo("busy");
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
  }

  @Test
  void anAnswerMayComeLater() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = sendAsync("/later");
    entered.await();
    later.complete("done");

    assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("done");
  }

  @Test
  void anAnswerThatFailsLaterIsAProblem() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = sendAsync("/later");
    entered.await();
    later.completeExceptionally(new ProblemException(Problem.notFound("gone")));

    assertThat(problem(answer.get(20, TimeUnit.SECONDS), 404).detail()).isEqualTo("gone");
  }

  @Test
  void headIsAnsweredAsGetWithoutABody() throws Exception {
    HttpResponse<String> live = send("HEAD", "/health/live", BodyPublishers.noBody());
    HttpResponse<String> nowhere = send("HEAD", "/nowhere", BodyPublishers.noBody());
    notReady = "no store";
    HttpResponse<String> ready = send("HEAD", "/health/ready", BodyPublishers.noBody());

    assertThat(live.statusCode()).isEqualTo(200);
    assertThat(nowhere.statusCode()).isEqualTo(404);
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(live.body() + nowhere.body() + ready.body()).isEmpty();
  }

  @Test
  void healthTellsWhetherTheServiceCanWork() throws Exception {
    assertThat(send("GET", "/health/live", BodyPublishers.noBody()).body())
        .isEqualTo("{\"status\":\"live\"}");
    assertThat(send("GET", "/health/ready", BodyPublishers.noBody()).body())
        .isEqualTo("{\"status\":\"ready\"}");
    notReady = "the nameservice is not reached";

    assertThat(problem(send("GET", "/health/ready", BodyPublishers.noBody()), 503).detail())
        .isEqualTo("the nameservice is not reached");
    assertThat(send("GET", "/health/live", BodyPublishers.noBody()).statusCode()).isEqualTo(200);
  }

  @Test
  void metricsAreThoseOfPrometheus() throws Exception {
    meters.counter("tasks.added").increment(3);
    HttpResponse<String> answer = send("GET", "/metrics", BodyPublishers.noBody());

    assertThat(answer.body()).contains("tasks_added_total 3.0");
    assertThat(mediaType(answer)).startsWith("text/plain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rubbish\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "GET /%2e%2e/x HTTP/1.1\r\nHost: x\r\n\r\n",
      })
  void whatIsNotHttpIsAnsweredWithAProblem(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).matches("(?s)HTTP/1\\.1 (4|5)\\d\\d .*");
      assertThat(answer).containsIgnoringCase("content-type: " + Problem.MEDIA_TYPE);
      assertThat(answer).doesNotContain("\tat ").doesNotContain("jetty");
    }
    assertThat(send("GET", "/health/live", BodyPublishers.noBody()).statusCode()).isEqualTo(200);
  }

  @Test
  void headersThatAreTooLargeAreAProblem() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/health/live")).header("X-Large", "x".repeat(20_000)).build();

    assertThat(problem(http.send(request, BodyHandlers.ofString()), 431).code()).isEqualTo("http");
  }

  @Test
  void closeLetsARequestInFlightFinish() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = sendAsync("/slow");
    entered.await();
    int port = server.port();
    Thread closing = Thread.ofPlatform().start(server::close);
    await()
        .until(
            () -> {
              try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return false;
              } catch (IOException e) {
                return true;
              }
            });
    go.countDown();

    assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("slow but here");
    closing.join();
    server.close();
  }

  @Test
  void anyNumberOfRequestsMayWaitAndOnlyTheServersOwnThreadsAreNotVirtual() throws Exception {
    long own = platformThreads();
    List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
    for (int count = 0; count < 300; count++) {
      slow.add(sendAsync("/slow"));
    }
    await().until(() -> inSlow.get() == slow.size());

    assertThat(send("GET", "/health/ready", BodyPublishers.noBody()).statusCode()).isEqualTo(200);
    assertThat(platformThreads()).isEqualTo(own).isPositive();
    go.countDown();
    for (CompletableFuture<HttpResponse<String>> answer : slow) {
      assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("slow but here");
    }
  }

  /** Of servers: those of the client have other names. */
  private static long platformThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("http-"))
        .count();
  }

  @Test
  void aTakenPortIsReportedAsSuch() {
    HttpServer second =
        server(server.port(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

    assertThatThrownBy(second::start)
        .isInstanceOf(PortTakenException.class)
        .hasMessageContaining(String.valueOf(server.port()));
    second.close();
  }

  @Test
  void itListensOnlyAtTheAddressThatItWasGiven() throws IOException {
    try (Socket given = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
      assertThat(given.isConnected()).isTrue();
    }
    assertThatThrownBy(() -> new Socket(InetAddress.ofLiteral("127.0.0.2"), server.port()).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void aServerThatWasNeverStartedCanBeClosed() {
    server(0, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)).close();
  }

  /**
   * @param meters its own: two servers in one process have one registry each
   */
  private HttpServer server(int port, PrometheusMeterRegistry meters) {
    return new HttpServer(
        new HttpServer.Options(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            LIMIT,
            Duration.ofSeconds(10),
            () -> notReady,
            meters,
            NOPLogger.NOP_LOGGER),
        routes -> {
          routes.post("/orders", context -> context.json(HttpServer.body(context, Order.class)));
          routes.get(
              "/fault",
              _ -> {
                throw new IllegalStateException("secret");
              });
          routes.get(
              "/error",
              _ -> {
                throw new AssertionError("secret");
              });
          routes.get("/unwritable", context -> context.json(new Unwritable()));
          routes.get(
              "/busy",
              _ -> {
                throw new ProblemException(
                    Problem.of(503, "busy", "Busy", "try later"), Map.of("Retry-After", "3"));
              });
          routes.get(
              "/value",
              _ -> {
                throw new InvalidValueException("limit", -1, "positive");
              });
          routes.get(
              "/later",
              context -> {
                context.future(() -> later.thenAccept(context::result));
                entered.countDown();
              });
          routes.get(
              "/slow",
              context -> {
                entered.countDown();
                inSlow.incrementAndGet();
                go.await();
                context.result("slow but here");
              });
        });
  }

  /** A document that fails when it is written. */
  static final class Unwritable {
    public int getSecret() {
      return Integer.parseInt("secret");
    }
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send("POST", path, BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(String method, String path, BodyPublisher body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path)).method(method, body).build(), BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> sendAsync(String path) {
    return http.sendAsync(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + server.port() + path);
  }

  private static String mediaType(HttpResponse<String> answer) {
    return answer.headers().firstValue("Content-Type").orElse("");
  }

  private static Problem problem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(mediaType(answer)).startsWith(Problem.MEDIA_TYPE);
    Problem problem = Json.mapper().readValue(answer.body(), Problem.class);
    assertThat(problem.status()).isEqualTo(status);
    return problem;
  }
}
