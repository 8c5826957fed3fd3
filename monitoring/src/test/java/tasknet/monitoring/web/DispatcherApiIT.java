package tasknet.monitoring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.monitoring.testkit.Peers;
import tasknet.monitoring.testkit.RawHttp;

@Timeout(60)
class DispatcherApiIT {
  private static final String ACTION = "X-Tasknet-Action: 1\r\n";

  private final Peers peers = new Peers();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final CountDownLatch hungUp = new CountDownLatch(1);

  @AfterEach
  void close() throws Exception {
    peers.close();
  }

  @Test
  void aCallIsHandedOnAsItIs() throws IOException {
    RawHttp.Answer answer =
        RawHttp.get(
            monitoring(true),
            "/api/dispatcher/tasks?state=DEAD&state=QUEUED&text=a%20b%26c&limit=2");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("GET /tasks?state=DEAD&state=QUEUED&text=a%20b%26c&limit=2 ");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void aProblemIsHandedBackAsItIs() throws IOException {
    RawHttp.Answer answer = RawHttp.get(monitoring(true), "/api/dispatcher/tasks/unknown");

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.header("Retry-After")).isEqualTo("7");
    assertThat(answer.body()).contains("\"type\":\"urn:tasknet:problem:odd\"", "\"more\":\"x\"");
  }

  @Test
  void aResultOfManyMegabytesPasses() throws IOException {
    RawHttp.Answer answer = RawHttp.get(monitoring(true), "/api/dispatcher/tasks/large");

    assertThat(answer.body()).hasSize(16 * 1024 * 1024);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, metrics",
    "GET, openapi.yaml",
    "GET, attempts/01M8/1/payload",
    "GET, tasks/../metrics",
    "GET, tasks/%2e%2e/metrics",
    "GET, tasks//trace",
    "GET, tasks/a/b",
    "GET, health/ready",
    "POST, tasks",
    "POST, task",
    "POST, schedules",
    "DELETE, workers",
    "PATCH, tasks/1"
  })
  void noOtherCallIs(String method, String path) throws IOException {
    int port = monitoring(true);

    RawHttp.Answer answer = RawHttp.send(port, method, "/api/dispatcher/" + path, ACTION, "");

    assertThat(answer.status()).isIn(404, 400, 405);
    assertThat(asked).isEmpty();
  }

  @Test
  void aDispatcherThatIsAwayIsSaidToBe() throws IOException {
    URI nobody = Peers.nobody();

    RawHttp.Answer answer = RawHttp.get(monitoring(nobody, true), "/api/dispatcher/stats");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.body()).contains("urn:tasknet:problem:dispatcher-away", nobody.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, tasks/01M8, ''",
    "POST, tasks/01M8/requeue, ''",
    "POST, tasks/01M8/requeue, '{\"payload\":7}'",
    "POST, types/hash/pause, ''",
    "POST, types/hash/resume, ''",
    "PATCH, types/hash, '{\"limits\":{\"running\":3}}'",
    "POST, dead/0123456789abcdef/requeue, ''",
    "DELETE, dead/0123456789abcdef, ''",
    "DELETE, dead/tasks/01M8, ''",
    "POST, schedules/nightly/pause, ''",
    "POST, schedules/nightly/resume, ''",
    "DELETE, schedules/nightly, ''"
  })
  void anActionOfThePageIsDone(String method, String path, String body) throws IOException {
    int port = monitoring(true);
    String own = "Origin: http://127.0.0.1:" + port + "\r\nSec-Fetch-Site: same-origin\r\n";

    RawHttp.Answer answer =
        RawHttp.send(
            port,
            method,
            "/api/dispatcher/" + path,
            ACTION + own + "Content-Type: application/json\r\n",
            body);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(method + " /" + path + ' ' + body);
  }

  @Test
  void withoutLeaveNothingIsDoneAndTheSettingIsNamed() throws IOException {
    RawHttp.Answer answer =
        RawHttp.send(monitoring(false), "DELETE", "/api/dispatcher/tasks/01M8", ACTION, "");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body())
        .contains("urn:tasknet:problem:read-only", "TASKNET_MONITORING_WRITABLE");
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A form of another page, which a browser sends without asking.
        "Origin: http://evil.example|Sec-Fetch-Site: cross-site"
            + "|Content-Type: application/x-www-form-urlencoded",
        // The same from a browser that says nothing.
        "Content-Type: text/plain",
        // A script of another page.
        "Origin: http://evil.example|X-Tasknet-Action: 1",
        "Origin: http://evil.example|X-Tasknet-Action: 1|Sec-Fetch-Site: cross-site",
        // Another port of the same machine is another page.
        "Origin: http://127.0.0.1:1|X-Tasknet-Action: 1|Sec-Fetch-Site: same-site",
        // A frame without an origin, or a file.
        "Origin: null|X-Tasknet-Action: 1",
        // A name of somebody else that was made to point here.
        "Host: evil.example|Origin: http://evil.example|X-Tasknet-Action: 1"
            + "|Sec-Fetch-Site: same-origin",
        "Host: localhost.evil.example|X-Tasknet-Action: 1",
        "Host: 127.0.0.1.evil.example|X-Tasknet-Action: 1",
        "X-Tasknet-Action: 1|Sec-Fetch-Site: none",
        "X-Tasknet-Action: yes"
      })
  void anotherPageCannotAct(String headers) throws IOException {
    int port = monitoring(true);
    String given = headers.replace("|", "\r\n") + "\r\n";

    for (String method : List.of("POST", "DELETE")) {
      String path = method.equals("POST") ? "types/hash/pause" : "tasks/01M8";
      RawHttp.Answer answer = RawHttp.send(port, method, "/api/dispatcher/" + path, given, "");

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).contains("urn:tasknet:problem:cross-site");
    }
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mon.example.org", "MON.example.org:8080", "localhost:1", "[::1]:80"})
  void aNameThatIsListedMayAct(String host) throws IOException {
    int port = monitoring(true);
    String headers = "Host: " + host + "\r\nOrigin: https://" + host + "\r\n" + ACTION;

    assertThat(RawHttp.send(port, "DELETE", "/api/dispatcher/tasks/01M8", headers, "").status())
        .isEqualTo(200);
  }

  @Test
  void nobodyIsToldThatOtherPagesMayAsk() throws IOException {
    RawHttp.Answer answer =
        RawHttp.send(
            monitoring(true),
            "OPTIONS",
            "/api/dispatcher/tasks/01M8",
            "Origin: http://evil.example\r\nAccess-Control-Request-Method: DELETE\r\n",
            "");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers().keySet())
        .noneMatch(name -> name.startsWith("access-control-allow"));
  }

  @Test
  void eventsComeAsTheyHappenAndAReaderThatHangsUpIsNoticed() throws Exception {
    Socket socket = peers.connect(monitoring(true));
    socket
        .getOutputStream()
        .write(
            """
            GET /api/dispatcher/events?type=hash HTTP/1.1
            Host: localhost
            Last-Event-ID: r-7

            """
                .getBytes(StandardCharsets.US_ASCII));
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

    awaitLine(reader, "id: r-7 type=hash");
    events.add("one");
    awaitLine(reader, "data: one");
    events.add("two");
    awaitLine(reader, "data: two");
    socket.close();

    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              events.add("nobody reads it");
              return hungUp.await(100, TimeUnit.MILLISECONDS);
            });
  }

  private static void awaitLine(BufferedReader reader, String wanted) throws IOException {
    String line = reader.readLine();
    while (line != null && !line.equals(wanted)) {
      line = reader.readLine();
    }
    assertThat(line).isEqualTo(wanted);
  }

  private int monitoring(boolean writable) {
    return monitoring(Peers.local(peers.service(this::dispatcher).port()), writable);
  }

  private int monitoring(URI dispatcher, boolean writable) {
    DispatcherApi api =
        peers.keep(
            new DispatcherApi(
                dispatcher,
                new PageSettings(writable, Set.of("mon.example.org")),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                NOPLogger.NOP_LOGGER));
    return peers
        .service(
            routes -> {
              api.routes(routes);
              new PageApi().routes(routes);
            })
        .port();
  }

  private void dispatcher(RoutesConfig routes) {
    routes.get("/events", this::events);
    routes.get(
        "/tasks/unknown",
        context -> {
          throw new ProblemException(
              Problem.of(429, "odd", "Odd", "why").with("more", "x"), Map.of("Retry-After", "7"));
        });
    routes.get("/tasks/large", context -> context.result(new byte[16 * 1024 * 1024]));
    routes.get("/*", this::echo);
    routes.post("/*", this::echo);
    routes.patch("/*", this::echo);
    routes.delete("/*", this::echo);
  }

  private void echo(Context context) {
    String query = context.queryString();
    String call =
        context.req().getMethod()
            + ' '
            + context.req().getRequestURI()
            + (query == null ? "" : '?' + query)
            + ' '
            + context.body();
    asked.add(call);
    context.result(call);
  }

  private void events(Context context) throws InterruptedException {
    context.contentType("text/event-stream");
    try {
      OutputStream out = context.res().getOutputStream();
      String begin = "id: " + context.header("Last-Event-ID") + ' ' + context.queryString();
      out.write((begin + "\n\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      while (true) {
        out.write(("data: " + events.take() + "\n\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
    } catch (IOException e) {
      hungUp.countDown();
    }
  }
}
