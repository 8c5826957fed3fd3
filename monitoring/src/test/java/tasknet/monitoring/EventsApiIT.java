package tasknet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.http.JsonClient;
import tasknet.http.ProblemException;
import tasknet.monitoring.attention.Attention;
import tasknet.monitoring.containers.EventKind;
import tasknet.runtime.NanoClock;
import tools.jackson.databind.JsonNode;

/** The calls about containers, as far as they need no engine. */
@Timeout(60)
class EventsApiIT {
  private final ScriptedRuntime runtime = new ScriptedRuntime();
  private final EventsApi events =
      new EventsApi(runtime, Duration.ofMillis(200), NOPLogger.NOP_LOGGER);
  private final ContainersApi containers =
      new ContainersApi(
          runtime, new Attention(NanoClock.SYSTEM), InstantSource.system(), NOPLogger.NOP_LOGGER);
  private final HttpServer server =
      new HttpServer(
          new HttpServer.Options(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              1024,
              Duration.ofSeconds(5),
              () -> null,
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
              NOPLogger.NOP_LOGGER),
          routes -> {
            containers.routes(routes);
            events.routes(routes);
          });
  private final List<Socket> sockets = new ArrayList<>();

  EventsApiIT() {
    server.start();
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    runtime.close();
    server.close();
  }

  @Test
  void eventsComeAsTheyHappenWithTheirNumbers() throws Exception {
    runtime.happen(EventKind.START);
    BufferedReader reader = open("/api/events", "");
    assertThat(awaitLine(reader, ":")).isEqualTo(":");
    runtime.happen(EventKind.DIE);

    assertThat(awaitLine(reader, "id:")).isEqualTo("id: 2");
    assertThat(reader.readLine()).isEqualTo("event: die");
    assertThat(reader.readLine())
        .isEqualTo(
            "data: {\"sequence\":2,\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"die\","
                + "\"container\":\"c1\",\"name\":\"tasknet-worker-1\",\"service\":\"worker\","
                + "\"missed\":false}");
    assertThat(reader.readLine()).isEmpty();
  }

  @Test
  void aReaderThatComesBackGetsWhatItMissed() throws Exception {
    for (int i = 0; i < 4; i++) {
      runtime.happen(EventKind.START);
    }

    assertThat(awaitLine(open("/api/events", "Last-Event-ID: 2\r\n"), "id:")).isEqualTo("id: 3");
    assertThat(awaitLine(open("/api/events?after=0", ""), "id:")).isEqualTo("id: 1");
    // From before monitoring was started anew.
    assertThat(awaitLine(open("/api/events", "Last-Event-ID: 99\r\n"), "id:")).isEqualTo("id: 1");
  }

  @Test
  void aReaderThatMissedSomeIsToldSo() throws Exception {
    for (int i = 0; i < 4; i++) {
      runtime.happen(EventKind.START);
    }
    runtime.lose(2);
    BufferedReader reader = open("/api/events?after=1", "");

    assertThat(awaitLine(reader, "event:")).isEqualTo("event: gap");
    assertThat(reader.readLine()).isEqualTo("data: {\"after\":1,\"next\":3}");
    assertThat(awaitLine(reader, "id:")).isEqualTo("id: 3");
  }

  @Test
  void aCommentComesWhenNothingHappens() throws Exception {
    BufferedReader reader = open("/api/events", "");

    assertThat(awaitLine(reader, ":")).isEqualTo(":");
    assertThat(awaitLine(reader, ":")).isEqualTo(":");
    assertThat(awaitLine(reader, ":")).isEqualTo(":");
  }

  @Test
  void manyReadersCostNoThreadsAndThoseThatHangUpLeaveNothing() throws Exception {
    var _ = open("/api/events", "");
    await().until(() -> events.readers() == 1);
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    for (int i = 0; i < 100; i++) {
      var _ = open("/api/events", "");
    }
    await().until(() -> events.readers() == 101);
    assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(threads + 20);

    for (Socket socket : sockets) {
      socket.close();
    }
    await().until(() -> events.readers() == 0);
  }

  @Test
  void aSlowReaderHoldsNobodyUp() throws Exception {
    var _ = open("/api/events?after=0", ""); // and does not read
    BufferedReader other = open("/api/events?after=0", "");
    for (int i = 0; i < 20_000; i++) {
      runtime.happen(EventKind.START);
    }

    assertThat(awaitLine(other, "id: 20000")).isEqualTo("id: 20000");
  }

  @Test
  void theServerStopsAlthoughSomebodyReads() throws Exception {
    BufferedReader reader = open("/api/events", "");
    await().until(() -> events.readers() == 1);
    runtime.close();
    server.close();

    String line = reader.readLine();
    while (line != null) {
      line = reader.readLine();
    }
    assertThat(events.readers()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/events?after=x             | 400 | the number of an event",
        "/api/containers?history=301     | 400 | a whole number from 0 to 300",
        "/api/containers/x               | 404 | no container of project 'p' has the name or id 'x'; it has a, b; Docker is away: nothing listens there",
        "/api/containers/ab              | 400 | 'ab' begins the ids of a, b",
        "/api/containers/x/logs          | 404 | it has a, b",
        "/api/containers/a/logs?tail=-1  | 400 | a whole number from 0 to 10000",
        "/api/containers/a/logs?tail=10001 | 400 | a whole number from 0 to 10000",
        "/api/containers/a/logs?since=now | 400 | an instant such as 2026-01-31T12:00:00Z, or a duration such as 10m",
        "/api/containers/a/logs?follow=1 | 400 | true or false"
      })
  void whatIsWrongIsNamedWithWhatIsAllowed(String path, int status, String words) throws Exception {
    runtime.add("ab1", "a");
    runtime.add("ab2", "b");
    try (JsonClient client = client()) {
      assertThatThrownBy(() -> client.get(path, JsonNode.class))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> {
                assertThat(e.problem().status()).isEqualTo(status);
                assertThat(e.problem().detail()).contains(words);
              });
    }
  }

  @Test
  void aContainerIsFoundByItsNameAndByTheBeginningOfItsId() throws Exception {
    runtime.add("ab1", "a");
    runtime.add("ab2", "ab");
    try (JsonClient client = client()) {
      assertThat(id(client, "a")).isEqualTo("ab1");
      assertThat(id(client, "ab")).isEqualTo("ab2");
      assertThat(id(client, "ab1")).isEqualTo("ab1");
      JsonNode all = client.get("/api/containers", JsonNode.class);
      assertThat(all.at("/docker/available").booleanValue()).isFalse();
      assertThat(all.at("/docker/reason").stringValue()).isEqualTo("nothing listens there");
      assertThat(all.at("/containers")).hasSize(2);
      assertThat(all.at("/containers/0/state").stringValue()).isEqualTo("running");
      assertThat(client.send("GET", "/health/ready", null, Duration.ofSeconds(5), Map.of()))
          .satisfies(it -> assertThat(it.statusCode()).isEqualTo(200));
    }
  }

  private static String id(JsonClient client, String name) throws Exception {
    return client.get("/api/containers/" + name, JsonNode.class).at("/id").stringValue();
  }

  private JsonClient client() {
    return new JsonClient(URI.create("http://127.0.0.1:" + server.port()), Duration.ofSeconds(10));
  }

  private BufferedReader open(String path, String headers) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    sockets.add(socket);
    socket.setSoTimeout(10_000);
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String awaitLine(BufferedReader reader, String beginning) throws IOException {
    String line = reader.readLine();
    while (line != null && !line.startsWith(beginning)) {
      line = reader.readLine();
    }
    return String.valueOf(line);
  }
}
