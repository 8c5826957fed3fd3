package tasknet.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.monitoring.logs.LogTexts.info;
import static tasknet.monitoring.logs.LogTexts.line;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.Json;
import tasknet.logging.LogLevel;
import tasknet.monitoring.testkit.Peers;
import tasknet.monitoring.testkit.RawHttp;
import tasknet.runtime.NanoClock;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class LogStreamIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Peers peers = new Peers();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @TempDir private Path folder;
  private int port;

  @BeforeEach
  void start() {
    LogStreamApi api =
        peers.keep(
            new LogStreamApi(
                folder, Duration.ofMillis(200), NanoClock.SYSTEM, meters, NOPLogger.NOP_LOGGER));
    port = peers.service(api::routes).port();
  }

  @AfterEach
  void close() throws Exception {
    peers.close();
  }

  @Test
  void whatIsLoggedFromNowOnComes() throws IOException {
    append("dispatcher.log", info(0, "dispatcher", "before"));
    Reader reader = read("");

    append("dispatcher.log", info(1, "dispatcher", "one task=01M8 attempt=2"));
    append("worker-hash.log", info(2, "worker-hash", "of a new service"));

    reader.awaitMessages("one task=01M8 attempt=2", "of a new service");
    JsonNode first = reader.entries.getFirst();
    assertThat(first.at("/service").stringValue()).isEqualTo("dispatcher");
    assertThat(first.at("/attempt").intValue()).isEqualTo(2);
    assertThat(meters.get("tasknet.logs.readers").gauge().value()).isEqualTo(1);
  }

  @Test
  void aStackTraceIsOneEntryAlsoWhenItComesLineByLine() throws IOException {
    append("dispatcher.log", "");
    Reader reader = read("");

    append("dispatcher.log", line(1, LogLevel.ERROR, "dispatcher", "failed"));
    append("dispatcher.log", "java.io.IOException: odd\n");
    append("dispatcher.log", "\tat tasknet.X.y(X.java:1)\n");

    reader.awaitMessages("failed");
    assertThat(reader.entries.getFirst().at("/trace").stringValue())
        .isEqualTo("java.io.IOException: odd\n\tat tasknet.X.y(X.java:1)");
    assertThat(reader.entries.getFirst().at("/level").stringValue()).isEqualTo("ERROR");
  }

  @Test
  void aLineIsNotShownBeforeItsEnd() throws IOException {
    append("dispatcher.log", "");
    Reader reader = read("");
    String text = info(1, "dispatcher", "in two pieces");

    append("dispatcher.log", text.substring(0, 50));
    append("worker.log", info(2, "worker", "in between"));
    reader.awaitMessages("in between");
    append("dispatcher.log", text.substring(50));

    reader.awaitMessages("in between", "in two pieces");
  }

  @Test
  void nothingIsLostOrRepeatedWhenAFileIsRolled() throws IOException {
    append("dispatcher.log", "");
    Reader reader = read("");
    List<String> wanted = new ArrayList<>();

    for (int number = 0; number < 60; number++) {
      wanted.add("line " + number);
      append("dispatcher.log", info(number, "dispatcher", "line " + number));
      if (number % 20 == 19) {
        String rolled = "dispatcher.2026-11-23." + number / 20 + ".log";
        Files.move(folder.resolve("dispatcher.log"), folder.resolve(rolled));
        reader.awaitMessages(wanted.subList(0, number - 5).toArray(String[]::new));
      }
    }

    reader.awaitMessages(wanted.toArray(String[]::new));
  }

  @Test
  void onlyWhatIsWantedComes() throws IOException {
    append("dispatcher.log", "");
    Reader reader = read("?service=worker&level=warn&regex=took%3D%5B0-9%5D%7B3%2C%7Dms");

    append("dispatcher.log", line(1, LogLevel.ERROR, "dispatcher", "took=100ms"));
    append("worker.log", line(2, LogLevel.INFO, "worker", "took=101ms"));
    append("worker.log", line(3, LogLevel.WARN, "worker", "took=99ms"));
    append("worker-2.log", line(4, LogLevel.WARN, "worker", "took=102ms"));

    reader.awaitMessages("took=102ms");
  }

  @Test
  void aReaderThatComesAgainMissesNothing() throws IOException {
    append("dispatcher.log", "");
    Reader first = read("");
    append("dispatcher.log", info(1, "dispatcher", "one"));
    first.awaitMessages("one");
    String id = first.ids.getLast();
    first.socket.close();

    append("dispatcher.log", info(2, "dispatcher", "two"));

    read("?after=" + id).awaitMessages("two");
    Reader stranger = read("?after=1-1");
    await().atMost(SOON).until(() -> stranger.events.contains("gap"));
  }

  @Test
  void aLogThatGrowsTooFastHasAGap() throws IOException {
    append("dispatcher.log", "");
    Reader reader = read("?text=last");
    String many = info(1, "dispatcher", "x".repeat(1_000)).repeat(3_000);

    append("dispatcher.log", many + info(2, "dispatcher", "the last"));

    reader.awaitMessages("the last");
    assertThat(reader.events).contains("gap");
  }

  @Test
  void aHugeEntryIsCutAndTheNextOneIsFound() throws IOException {
    append("dispatcher.log", "");
    Reader reader = read("");

    append("dispatcher.log", info(1, "dispatcher", "huge " + "é".repeat(300_000)));
    append("dispatcher.log", info(2, "dispatcher", "next"));

    await().atMost(SOON).until(() -> reader.entries.size() == 2);
    assertThat(reader.entries.getFirst().at("/cut").booleanValue()).isTrue();
    assertThat(reader.entries.getLast().at("/message").stringValue()).isEqualTo("next");
  }

  @Test
  void aFileThatSomebodyEmptiedIsReadFromItsBeginning() throws IOException {
    append("dispatcher.log", info(1, "dispatcher", "old ".repeat(100)));
    Reader reader = read("");

    Files.writeString(folder.resolve("dispatcher.log"), info(2, "dispatcher", "new"));

    reader.awaitMessages("new");
  }

  @Test
  void whatIsNotAllowedIsSaid() throws IOException {
    for (String query :
        List.of("?limit=1", "?before=2026-01-01T00:00:00Z", "?regex=(", "?after=x")) {
      RawHttp.Answer answer = RawHttp.get(port, "/api/logs/stream" + query);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("urn:tasknet:problem:malformed");
    }
  }

  @Test
  void withoutAFolderThereIsNoStream() throws IOException {
    Files.delete(folder);

    RawHttp.Answer answer = RawHttp.get(port, "/api/logs/stream");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("urn:tasknet:problem:no-logs", folder.toString());
  }

  @Test
  void aReaderThatHangsUpIsNoticed() throws IOException {
    Reader reader = read("");
    reader.socket.close();

    await().atMost(SOON).until(() -> meters.get("tasknet.logs.readers").gauge().value() == 0);
  }

  private void append(String file, String text) throws IOException {
    Files.writeString(
        folder.resolve(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Returns when the stream has begun. */
  private Reader read(String query) throws IOException {
    Reader reader = new Reader(peers.connect(port), query);
    Thread.ofVirtual().start(reader);
    await().atMost(SOON).until(() -> !reader.ids.isEmpty());
    return reader;
  }

  private static final class Reader implements Runnable {
    final Socket socket;
    final List<String> ids = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<JsonNode> entries = new CopyOnWriteArrayList<>();

    Reader(Socket socket, String query) throws IOException {
      this.socket = socket;
      String request = "GET /api/logs/stream" + query + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void run() {
      try {
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("id: ")) {
            ids.add(line.substring(4));
          } else if (line.startsWith("event: ")) {
            events.add(line.substring(7));
          } else if (line.startsWith("data: [")) {
            Json.mapper().readTree(line.substring(6)).forEach(entries::add);
          }
        }
      } catch (IOException e) {
        // The test has ended.
      } catch (UncheckedIOException e) {
        throw new AssertionError(e);
      }
    }

    void awaitMessages(String... wanted) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(entries.stream().map(it -> it.at("/message").stringValue()))
                      .startsWith(wanted));
    }
  }
}
