package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.dispatcher.testkit.Contract;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.http.BulkAnswer;
import tasknet.http.DuplexExchange;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.StreamAnswer;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/** {@code POST /tasks/stream}. */
@Timeout(120)
class StreamIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private WiredDispatcher dispatcher;

  @AfterEach
  void close() {
    dispatcher.close();
  }

  @Test
  void resultsComeWithTheirRefsInTheOrderInWhichTasksEnd() throws IOException {
    start();
    try (ScriptedWorker worker = ScriptedWorker.open("w", 10, "hash");
        Stream stream = new Stream()) {
      dispatcher.register(worker);
      stream.send(line("\"a\""), line("2"), line("\"ü\\\"\""));
      AttemptId first = worker.expectExecute().attempt();
      AttemptId second = worker.expectExecute().attempt();
      AttemptId third = worker.expectExecute().attempt();

      worker.complete(third, "\"" + "3".repeat(700) + "\"");
      StreamAnswer last = stream.next();
      worker.fail(first, "invalid-payload", false);
      StreamAnswer failed = stream.next();
      dispatcher.delete("/tasks/" + second.task());
      StreamAnswer cancelled = stream.next();

      assertThat(ref(last)).isEqualTo("\"ü\\\"\"");
      assertThat(last.state()).isEqualTo(TaskState.COMPLETED);
      assertThat(Objects.requireNonNull(last.result()).text()).hasSize(702);
      assertThat(ref(failed)).isEqualTo("\"a\"");
      assertThat(failed.state()).isEqualTo(TaskState.DEAD);
      assertThat(Objects.requireNonNull(failed.error()).code()).isEqualTo("invalid-payload");
      assertThat(ref(cancelled)).isEqualTo("2");
      assertThat(cancelled.state()).isEqualTo(TaskState.CANCELLED);
      stream.end();
      assertThat(stream.nextOrEnd()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"ref\":\"r\",\"type\":\"hash\",\"payload\":|400|\"r\"",
        "{\"ref\":7,\"typ\":\"hash\"}|400|7",
        "{\"ref\":\"r\",\"type\":\"hash\",\"priority\":10}|400|\"r\"",
        "{\"ref\":\"r\",\"type\":\"hash\",\"idempotencyKey\":\"\"}|400|\"r\"",
        "{\"ref\":\"r\"}|400|\"r\"",
        "{\"type\":\"hash\"}|400|",
        "{\"ref\":\"\",\"type\":\"hash\"}|400|",
        "{\"ref\":{},\"type\":\"hash\"}|400|",
        "{\"type\":\"hash\",\"payload\":[{\"ref\":1|400|",
        "[\"ref\",1]|400|",
        "null|400|",
        "\u00ff|400|"
      })
  void aBadLineIsAProblemWithItsRefAndStopsNothing(String bad, int status, @Nullable String ref)
      throws IOException {
    start();
    try (Stream stream = new Stream()) {
      stream.send("", bad, line("\"good\"").replace("}", ",\"ack\":true}"));

      StreamAnswer answer = stream.next();

      assertThat(problem(answer).status()).isEqualTo(status);
      assertThat(answer.ref() == null ? null : ref(answer)).isEqualTo(ref);
      assertThat(answer.line()).isEqualTo(ref == null ? 2L : null);
      assertThat(ref(stream.next())).isEqualTo("\"good\"");
    }
  }

  @Test
  void aLineThatIsTooLongIsPassedOver() throws IOException {
    start("TASKNET_MAX_PAYLOAD", "1000");
    String tooLong = "{\"ref\":1,\"type\":\"hash\",\"payload\":\"" + "x".repeat(300_000) + "\"}";
    String tooLarge = "{\"ref\":2,\"type\":\"hash\",\"payload\":\"" + "x".repeat(2000) + "\"}";
    try (Stream stream = new Stream()) {
      stream.send(tooLong, tooLarge, acknowledged("3"));

      StreamAnswer first = stream.next();
      StreamAnswer second = stream.next();

      assertThat(ref(first)).isEqualTo("1");
      assertThat(problem(first).status()).isEqualTo(413);
      assertThat(ref(second)).isEqualTo("2");
      assertThat(problem(second).status()).isEqualTo(413);
      assertThat(stream.next().state()).isEqualTo(TaskState.QUEUED);
    }
  }

  @Test
  void whoAsksIsToldThatTheTaskWasTakenBeforeItIsToldOfTheEnd() throws IOException {
    start();
    try (ScriptedWorker worker = ScriptedWorker.open("w", 10, "hash");
        Stream stream = new Stream()) {
      dispatcher.register(worker);
      stream.send(acknowledged("1"), acknowledged("2").replace("}", ",\"durable\":false}"));
      worker.complete(worker.expectExecute().attempt(), "1");
      worker.complete(worker.expectExecute().attempt(), "1");

      Set<String> accepted = new HashSet<>();
      for (int answers = 0; answers < 4; answers++) {
        StreamAnswer answer = stream.next();
        if (answer.state() == TaskState.COMPLETED) {
          assertThat(accepted).contains(answer.ref() + " " + answer.id());
        } else {
          accepted.add(answer.ref() + " " + answer.id());
        }
      }
      assertThat(accepted).hasSize(2);
    }
  }

  @Test
  void aKeyMakesOneTask() throws IOException {
    start();
    String task = "\"type\":\"hash\",\"idempotencyKey\":\"k\"";
    try (ScriptedWorker worker = ScriptedWorker.open("w", 10, "hash");
        Stream stream = new Stream()) {
      stream.send("{\"ref\":1,\"ack\":true," + task + "}");
      TaskId id = stream.next().id();
      stream.send("{\"ref\":2,\"ack\":true,\"traceparent\":\"of a later try\"," + task + "}");
      StreamAnswer again = stream.next();
      stream.send("{\"ref\":3,\"payload\":1," + task + "}");
      StreamAnswer other = stream.next();
      dispatcher.register(worker);
      worker.complete(worker.expectExecute().attempt(), "1");
      Set<String> done = new HashSet<>();
      done.add(ref(stream.next()));
      done.add(ref(stream.next()));
      stream.send("{\"ref\":4,\"ack\":true," + task + "}");
      StreamAnswer late = stream.next();

      assertThat(again.id()).isEqualTo(id);
      assertThat(again.state()).isEqualTo(TaskState.QUEUED);
      assertThat(problem(other).code()).isEqualTo("idempotency-key-reused");
      assertThat(done).containsExactlyInAnyOrder("1", "2");
      assertThat(late.id()).isEqualTo(id);
      assertThat(late.state()).isEqualTo(TaskState.COMPLETED);
      assertThat(counts("completed")).isEqualTo(1);
    }
  }

  @Test
  void tenThousandAreUnderWayAndTheNextIsHeldBackUntilOneIsAnswered() throws Exception {
    start();
    int more = 10;
    try (Stream stream = new Stream()) {
      int credit =
          Integer.parseInt(Objects.requireNonNull(stream.exchange.header("Tasknet-Credit")));
      assertThat(credit).isEqualTo(10_000);
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                for (int ref = 0; ref < credit + more; ref++) {
                  stream.send(line("" + ref));
                }
              },
              Thread::startVirtualThread);
      sent.join();
      await().atMost(SOON).until(() -> counts("queued") == credit);
      assertThat(dispatcher.metric("tasknet_stream_lines_total")).isLessThanOrEqualTo(credit + 1);

      String first = dispatcher.get("/tasks?limit=1").body().at("/tasks/0/id").asString();
      dispatcher.delete("/tasks/" + first);

      assertThat(stream.next().state()).isEqualTo(TaskState.CANCELLED);
      await()
          .atMost(SOON)
          .until(() -> dispatcher.metric("tasknet_stream_lines_total") >= credit + 1);
    }
  }

  @Test
  void whoDoesNotReadIsNotReadFromAndHoldsUpNobody() throws Exception {
    start();
    int lines = 60_000;
    AtomicInteger sent = new AtomicInteger();
    String wrong = "{\"ref\":\"" + "r".repeat(200) + "\",\"type\":\"hash\",\"priority\":10}";
    try (Stream slow = new Stream();
        Stream other = new Stream()) {
      CompletableFuture<Void> sender =
          CompletableFuture.runAsync(
              () -> {
                for (int line = 0; line < lines; line++) {
                  slow.send(wrong);
                  sent.incrementAndGet();
                }
                slow.end();
              },
              Thread::startVirtualThread);
      await().atMost(SOON).during(Duration.ofMillis(500)).until(() -> standsStill(sent));
      assertThat(sent.get()).isLessThan(lines);
      other.send(acknowledged("1"));
      assertThat(other.next().state()).isEqualTo(TaskState.QUEUED);

      int answered = 0;
      while (slow.nextOrEnd() != null) {
        answered++;
      }

      assertThat(answered).isEqualTo(lines);
      sender.join();
    }
  }

  @Test
  void whatAClientHandedInBeforeItHungUpGoesOn() throws IOException {
    start();
    TaskId id;
    try (Stream stream = new Stream()) {
      stream.send(acknowledged("1"), line("2"), line("3"));
      id = Objects.requireNonNull(stream.next().id());
      await().until(() -> counts("queued") == 3);
    }

    await().atMost(SOON).until(() -> dispatcher.metric("tasknet_streams") == 0);
    assertThat(dispatcher.metric("tasknet_stream_hung_up_total")).isEqualTo(1);
    assertThat(dispatcher.log().with("stream client has gone")).hasSize(1);
    assertThat(dispatcher.get("/stats").body().path("clientsWaiting").asInt()).isZero();
    try (ScriptedWorker worker = ScriptedWorker.open("w", 1, "hash")) {
      dispatcher.register(worker);
      worker.complete(worker.expectExecute().attempt(), "\"done\"");
      assertThat(dispatcher.get("/tasks/" + id + "?wait=30s").text("result")).isEqualTo("done");
    }
  }

  @Test
  void aDispatcherThatStopsSaysHowThingsStandAndEndsTheStream() throws IOException {
    start();
    try (Stream stream = new Stream();
        Stream idle = new Stream()) {
      stream.send(line("1"));
      await().until(() -> counts("queued") == 1);
      long before = System.nanoTime();
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(dispatcher.dispatcher()::close, Thread::startVirtualThread);

      StreamAnswer standing = stream.next();
      StreamAnswer end = stream.next();

      assertThat(ref(standing)).isEqualTo("1");
      assertThat(standing.state()).isEqualTo(TaskState.QUEUED);
      assertThat(standing.id()).isNotNull();
      assertThat(end.endsStream()).isTrue();
      assertThat(problem(end).code()).isEqualTo("draining");
      assertThat(stream.nextOrEnd()).isNull();
      assertThat(idle.next().endsStream()).isTrue();
      assertThat(idle.nextOrEnd()).isNull();
      stopped.join(); // although the clients have not hung up
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void anythingElseThanLinesIsRefused() {
    start();

    assertThat(dispatcher.post("/tasks/stream", "{}", "Content-Type", "application/json").status())
        .isEqualTo(415);
  }

  // ---- small things ----------------------------------------------------------------------------

  private void start(String... more) {
    dispatcher = WiredDispatcher.start(folder, more);
  }

  private static String line(String ref) {
    return "{\"ref\":" + ref + ",\"type\":\"hash\"}";
  }

  private static String acknowledged(String ref) {
    return "{\"ref\":" + ref + ",\"type\":\"hash\",\"ack\":true}";
  }

  private static String ref(StreamAnswer answer) {
    return Objects.requireNonNull(answer.ref()).text();
  }

  private static Problem problem(StreamAnswer answer) {
    return Objects.requireNonNull(answer.problem());
  }

  private static boolean standsStill(AtomicInteger count) {
    int before = count.get();
    await().pollDelay(Duration.ofMillis(50)).until(() -> true);
    return before > 0 && count.get() == before;
  }

  private int counts(String state) {
    return dispatcher.get("/types").body().at("/types/0/" + state).asInt();
  }

  /** A client of one stream. */
  private final class Stream implements AutoCloseable {
    private final DuplexExchange exchange;
    private final BufferedReader answers;

    Stream() throws IOException {
      exchange =
          DuplexExchange.open(
              dispatcher.uri("/"), "/tasks/stream", BulkAnswer.MEDIA_TYPE, Map.of(), SOON);
      answers =
          new BufferedReader(new InputStreamReader(exchange.answer(), StandardCharsets.UTF_8));
    }

    /** Sends lines; one that has a character of Latin-1 is sent so, which is not UTF-8. */
    void send(String... lines) {
      try {
        for (String line : lines) {
          boolean broken = line.equals("\u00ff");
          exchange
              .request()
              .write(
                  (line + "\n")
                      .getBytes(broken ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
        }
        exchange.request().flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void end() {
      try {
        exchange.request().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    StreamAnswer next() throws IOException {
      return Objects.requireNonNull(nextOrEnd(), "the stream has ended");
    }

    /** Null at the end. */
    @Nullable StreamAnswer nextOrEnd() throws IOException {
      String line = answers.readLine();
      while (line != null && line.isEmpty()) {
        line = answers.readLine();
      }
      if (line == null) {
        return null;
      }
      assertThat(
              Contract.SERVED.violations("POST", "/tasks/stream", 200, BulkAnswer.MEDIA_TYPE, line))
          .isEmpty();
      return Json.mapper().readValue(line, StreamAnswer.class);
    }

    @Override
    public void close() throws IOException {
      exchange.close();
    }
  }
}
