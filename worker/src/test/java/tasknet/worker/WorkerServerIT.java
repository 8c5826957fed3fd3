package tasknet.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.registry.WorkerId;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskType;
import tasknet.tracing.Tracing;
import tasknet.wire.Drop;
import tasknet.wire.LinkCounters;
import tasknet.wire.LinkMetrics;
import tasknet.wire.Message;
import tasknet.wire.Payload;
import tasknet.wire.UdpLink;
import tasknet.worker.handler.Demand;
import tasknet.worker.handler.ReverseHandler;
import tasknet.worker.handler.TaskFailedException;
import tasknet.worker.handler.WaitHandler;

class WorkerServerIT {
  private static final int SLOTS = 4;

  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicBoolean released = new AtomicBoolean();
  private final LinkCounters counters = new LinkCounters();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final WorkerServer server = server();
  private TestDispatcher dispatcher = new TestDispatcher(0);

  private WorkerServer server() {
    Handlers handlers =
        new Handlers(
            List.of(
                new ReverseHandler(),
                new WaitHandler(),
                new TestHandler(
                    "where", Demand.INSTANT, (_, _) -> Thread.currentThread().getName()),
                new TestHandler("instantly", Demand.INSTANT, (_, _) -> overflow(1)),
                new TestHandler("count", (_, _) -> runs.incrementAndGet()),
                new TestHandler("gate", (_, _) -> isOpened()),
                new TestHandler("report", (_, context) -> report(context)),
                new TestHandler("spin", (_, _) -> spin()),
                new TestHandler("block", (_, _) -> blockForEver()),
                new TestHandler("overflow", (_, _) -> overflow(1)),
                new TestHandler("huge", (_, _) -> "x".repeat(5_000_000)),
                new TestHandler("unwritable", (_, _) -> new JsonText("{\n")),
                new TestHandler("long", (payload, _) -> "a".repeat(payload.intValue())),
                new TestHandler("refuse", (_, _) -> refuse())));
    LinkMetrics.bind(counters, meters);
    return new WorkerServer(
        new WorkerId("w1"),
        17,
        handlers.byType(),
        new Executions.Limits(SLOTS, 1000, Duration.ofMinutes(1), Duration.ofMillis(100)),
        1200,
        1_000_000,
        new UdpLink(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            1200,
            counters,
            NOPLogger.NOP_LOGGER),
        counters,
        new WorkerMetrics(meters, SLOTS),
        Tracing.OFF,
        NanoClock.SYSTEM,
        NOPLogger.NOP_LOGGER);
  }

  private Object isOpened() throws InterruptedException {
    gate.await();
    return "opened";
  }

  private Object report(tasknet.worker.handler.TaskContext context) throws InterruptedException {
    context.progress(50, "half");
    return isOpened();
  }

  private Object spin() {
    while (!released.get()) {
      Thread.onSpinWait();
    }
    return 1;
  }

  private Object blockForEver() {
    while (!released.get()) {
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
    return 1;
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  private static Object refuse() {
    throw new TaskFailedException("sold-out", "nothing left", false);
  }

  @BeforeEach
  void start() {
    server.start();
    dispatcher.close();
    dispatcher = new TestDispatcher(server.address().getPort());
  }

  @AfterEach
  void stop() {
    released.set(true);
    gate.countDown();
    server.close();
    dispatcher.close();
  }

  private static Message.Execute execute(AttemptId attempt, String type, String payload) {
    return new Message.Execute(
        attempt,
        new TaskType(type),
        Duration.ofSeconds(60),
        new Payload.Inline(new JsonText(payload)));
  }

  private static Message.Execute execute(AttemptId attempt, String type, Duration timeout) {
    return new Message.Execute(
        attempt, new TaskType(type), timeout, new Payload.Inline(JsonText.NULL));
  }

  private AttemptId send(String type, String payload) {
    AttemptId attempt = TestDispatcher.newAttempt();
    dispatcher.send(execute(attempt, type, payload));
    return attempt;
  }

  /** Waits for the outcome of an attempt, and acknowledges it. */
  private Outcome outcome(AttemptId attempt) throws InterruptedException {
    Outcome outcome = dispatcher.await(Message.Result.class, attempt).outcome();
    dispatcher.send(new Message.ResultAck(attempt));
    return outcome;
  }

  private TaskError error(AttemptId attempt) throws InterruptedException {
    return ((Outcome.Failed) outcome(attempt)).error();
  }

  private void assertThatAGoodOneWorks() throws InterruptedException {
    assertThat(outcome(send("reverse", "\"😀ab\"")))
        .isEqualTo(new Outcome.Completed(new JsonText("\"ba😀\"")));
  }

  private double gauge(String name) {
    return meters.get(name).gauge().value();
  }

  @Test
  void anExecuteIsAnsweredWithItsResult() throws Exception {
    assertThatAGoodOneWorks();

    await().until(() -> gauge("tasknet.worker.results.kept") == 0);
    assertThat(meters.get("tasknet.udp.messages").tag("direction", "sent").functionCounter())
        .satisfies(counter -> assertThat(counter.count()).isPositive());
  }

  @Test
  void anAttemptThatTakesLongIsAcceptedFirst() throws Exception {
    AttemptId attempt = send("gate", "null");

    assertThat(dispatcher.await(Message.Accepted.class, attempt).credit()).isEqualTo(SLOTS - 1);
    gate.countDown();

    assertThat(outcome(attempt)).isEqualTo(new Outcome.Completed(new JsonText("\"opened\"")));
  }

  @Test
  void manyInOneDatagramAreAllAnsweredAndTheirSlotsAreFreeByThen() throws Exception {
    for (int round = 0; round < 50; round++) {
      Message[] executes = new Message[SLOTS];
      for (int slot = 0; slot < SLOTS; slot++) {
        executes[slot] = execute(TestDispatcher.newAttempt(), "reverse", "\"a" + slot + "\"");
      }
      dispatcher.send(executes);
      for (int slot = 0; slot < SLOTS; slot++) {
        assertThat(outcome(executes[slot].attempt()))
            .isEqualTo(new Outcome.Completed(new JsonText("\"" + slot + "a\"")));
      }
    }
  }

  @Test
  void aRepeatedExecuteNeverRunsTwice() throws Exception {
    AttemptId attempt = TestDispatcher.newAttempt();
    Message.Execute execute = execute(attempt, "count", "null");
    dispatcher.send(execute, execute, execute);
    for (int copy = 0; copy < 20; copy++) {
      dispatcher.send(execute);
    }
    assertThat(outcome(attempt)).isEqualTo(new Outcome.Completed(new JsonText("1")));
    dispatcher.send(execute, execute);

    assertThatAGoodOneWorks();
    assertThat(runs).hasValue(1);
  }

  @Test
  void aResultIsSentAgainUntilItIsAcknowledged() throws Exception {
    AttemptId attempt = send("count", "null");
    Message.Result first = dispatcher.await(Message.Result.class, attempt);

    assertThat(dispatcher.await(Message.Result.class, attempt)).isEqualTo(first);
    assertThat(dispatcher.await(Message.Result.class, attempt)).isEqualTo(first);

    assertThat(counters.retransmissions()).isGreaterThanOrEqualTo(2);
    dispatcher.send(new Message.ResultAck(attempt));
    await().until(() -> gauge("tasknet.worker.results.kept") == 0);
  }

  @Test
  void aProbeFromAnotherPortGetsTheKeptResult() throws Exception {
    AttemptId attempt = send("count", "null");
    Message.Result result = dispatcher.await(Message.Result.class, attempt);

    try (TestDispatcher restarted = new TestDispatcher(server.address().getPort())) {
      restarted.send(new Message.Probe(attempt));

      assertThat(restarted.await(Message.Result.class, attempt)).isEqualTo(result);
      restarted.send(new Message.ResultAck(attempt));
      await().until(() -> gauge("tasknet.worker.results.kept") == 0);
    }
  }

  @Test
  void whatIsNotKnownIsAnsweredUnknown() throws Exception {
    AttemptId attempt = TestDispatcher.newAttempt();
    dispatcher.send(new Message.Probe(attempt));

    assertThat(dispatcher.await(Message.Unknown.class, attempt).credit()).isEqualTo(SLOTS);
  }

  @Test
  void aCancelledWaitEndsEarly() throws Exception {
    AttemptId attempt = send("wait", "3600");
    dispatcher.await(Message.Accepted.class, attempt);

    dispatcher.send(new Message.Cancel(attempt));

    assertThat(error(attempt).code()).isEqualTo(TaskError.CANCELLED);
    await().until(() -> gauge("tasknet.worker.running") == 0);
    assertThat(gauge("tasknet.worker.handlers.abandoned")).isZero();
  }

  @Test
  void aCancelledHandlerThatDoesNotLookIsInterrupted() throws Exception {
    AttemptId attempt = send("gate", "null");
    dispatcher.await(Message.Accepted.class, attempt);

    dispatcher.send(new Message.Cancel(attempt));

    assertThat(error(attempt).code()).isEqualTo(TaskError.CANCELLED);
    await().until(() -> gauge("tasknet.worker.running") == 0);
  }

  @Test
  void aCancelledHandlerThatNeverEndsIsLeftAlone() throws Exception {
    AttemptId attempt = send("block", "null");
    dispatcher.await(Message.Accepted.class, attempt);

    dispatcher.send(new Message.Cancel(attempt));

    assertThat(error(attempt).code()).isEqualTo(TaskError.CANCELLED);
    await().until(() -> gauge("tasknet.worker.handlers.abandoned") == 1);
    released.set(true);
    await().until(() -> gauge("tasknet.worker.handlers.abandoned") == 0);
  }

  @Test
  void whatHasNoSlotIsRejected() throws Exception {
    AttemptId[] waiting = new AttemptId[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      waiting[slot] = send("gate", "null");
    }
    AttemptId attempt = send("reverse", "\"a\"");

    Message.Rejected rejected = dispatcher.await(Message.Rejected.class, attempt);

    assertThat(rejected.reason()).isEqualTo(Message.Rejection.BUSY);
    assertThat(rejected.credit()).isZero();
    gate.countDown();
    for (AttemptId each : waiting) {
      assertThat(outcome(each)).isInstanceOf(Outcome.Completed.class);
    }
    assertThatAGoodOneWorks();
  }

  @Test
  void progressArrives() throws Exception {
    AttemptId attempt = send("report", "null");

    assertThat(dispatcher.await(Message.Progress.class, attempt))
        .isEqualTo(new Message.Progress(attempt, 50, "half"));
  }

  @Test
  void aDrainLetsRunningAttemptsFinishAndRejectsNewOnes() throws Exception {
    AttemptId attempt = send("gate", "null");
    dispatcher.await(Message.Accepted.class, attempt);
    Thread closing = Thread.ofPlatform().start(() -> server.close(Duration.ofMinutes(1)));
    await().until(server::isDraining);

    AttemptId late = send("reverse", "\"a\"");
    assertThat(dispatcher.await(Message.Rejected.class, late).reason())
        .isEqualTo(Message.Rejection.DRAINING);
    gate.countDown();
    assertThat(outcome(attempt)).isEqualTo(new Outcome.Completed(new JsonText("\"opened\"")));

    assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void aDrainThatTakesTooLongGivesTheAttemptBack() throws Exception {
    AttemptId attempt = send("block", "null");
    dispatcher.await(Message.Accepted.class, attempt);
    Thread closing = Thread.ofPlatform().start(() -> server.close(Duration.ofMillis(50)));

    TaskError error = error(attempt);

    assertThat(error.code()).isEqualTo(TaskError.WORKER_LOST);
    assertThat(error.retryable()).isTrue();
    assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void afterAnyDatagramAGoodOneWorks() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = new byte[random.nextInt(1400)];
      random.nextBytes(bytes);
      dispatcher.sendBytes(bytes);
      byte[] header = ("TN1 d 1 " + round + "\n").getBytes(UTF_8);
      System.arraycopy(header, 0, bytes, 0, Math.min(header.length, bytes.length));
      dispatcher.sendBytes(bytes);
    }
    for (String text :
        List.of(
            "",
            "TN1 d 1 1",
            "TN2 d 1 1\n{}\n",
            "TN1 d 1 1\n{}\n[]\nnull\n",
            "TN1 d 1 1\n" + "[".repeat(1000) + "\n",
            "TN1 d -1 1\n",
            "TN1 " + "d".repeat(400) + " 1 1\n")) {
      dispatcher.sendBytes(text.getBytes(UTF_8));
    }
    dispatcher.sendBytes(new byte[60_000]);

    await().until(() -> counters.dropped(Drop.OVERSIZED) > 0);
    assertThat(counters.dropped(Drop.MALFORMED)).describedAs("seed %d", seed).isPositive();
    assertThatAGoodOneWorks();
  }

  @Test
  void aMalformedExecuteIsRejectedWithTheReason() throws Exception {
    AttemptId attempt = TestDispatcher.newAttempt();
    Message execute = execute(attempt, "reverse", "1");
    // A timeout of zero is what no dispatcher may send.
    dispatcher.send(
        new Message.Execute(
            attempt, new TaskType("reverse"), Duration.ZERO, new Payload.Inline(JsonText.NULL)));

    Message.Rejected rejected = dispatcher.await(Message.Rejected.class, attempt);

    assertThat(rejected.reason()).isEqualTo(Message.Rejection.MALFORMED);
    assertThat(rejected.detail()).contains("timeout");
    dispatcher.send(execute);
    assertThat(dispatcher.await(Message.Rejected.class, attempt)).isEqualTo(rejected);
  }

  @Test
  void whatOnlyAWorkerMaySendIsDroppedAndCounted() throws Exception {
    AttemptId attempt = TestDispatcher.newAttempt();
    dispatcher.send(
        new Message.Accepted(attempt, 1),
        new Message.Unknown(attempt, 1),
        new Message.Progress(attempt, 1, ""));

    await().until(() -> counters.dropped(Drop.UNEXPECTED) == 3);
    assertThatAGoodOneWorks();
  }

  @Test
  void aHandlerThatNeverReturnsHurtsOnlyItsAttempt() throws Exception {
    AttemptId spinning = TestDispatcher.newAttempt();
    AttemptId blocking = TestDispatcher.newAttempt();
    dispatcher.send(execute(spinning, "spin", Duration.ofMillis(100)));
    dispatcher.send(execute(blocking, "block", Duration.ofMillis(1100)));

    TaskError error = error(spinning);
    assertThat(error)
        .isEqualTo(new TaskError(TaskError.TIMEOUT, "ran longer than its timeout of 100 ms", true));
    assertThat(error(blocking).message()).isEqualTo("ran longer than its timeout of 1.1 s");
    await().until(() -> gauge("tasknet.worker.handlers.abandoned") == 2);
    assertThat(gauge("tasknet.worker.running")).isZero();
    assertThatAGoodOneWorks();
    released.set(true);
    await().until(() -> gauge("tasknet.worker.handlers.abandoned") == 0);
  }

  @Test
  void whatExceedsADatagramTravelsOverHttp() throws Exception {
    String payload = '"' + "ü€".repeat(20_000) + '"';
    Map<String, String> put = new ConcurrentHashMap<>();
    try (HttpServer http = attempts(payload, put)) {
      URI base = URI.create("http://localhost:" + http.port());
      AttemptId attempt = TestDispatcher.newAttempt();
      dispatcher.send(
          new Message.Execute(
              attempt,
              new TaskType("reverse"),
              Duration.ofSeconds(30),
              new Payload.Reference(base.resolve("/payload"), payload.getBytes(UTF_8).length)));

      Message.ResultReady ready = dispatcher.await(Message.ResultReady.class, attempt);
      assertThat(ready.size()).isEqualTo(payload.getBytes(UTF_8).length);
      dispatcher.send(new Message.Upload(attempt, base.resolve("/result")));

      await().until(() -> put.get("result") != null);
      assertThat(put.get("result")).isEqualTo('"' + "€ü".repeat(20_000) + '"');
      await().until(() -> gauge("tasknet.worker.results.kept") == 0);
    }
  }

  @Test
  void whatIsDoneAtOnceRunsOnTheWorkersOwnThreadUnlessItsPayloadHasToBeFetched() throws Exception {
    assertThat(outcome(send("where", "1")))
        .isEqualTo(new Outcome.Completed(new JsonText("\"worker-loop\"")));
    try (HttpServer http = attempts("1", new ConcurrentHashMap<>())) {
      URI payload = URI.create("http://localhost:" + http.port() + "/payload");
      AttemptId attempt = TestDispatcher.newAttempt();
      dispatcher.send(
          new Message.Execute(
              attempt,
              new TaskType("where"),
              Duration.ofSeconds(30),
              new Payload.Reference(payload, 1)));

      assertThat(((Outcome.Completed) outcome(attempt)).result().text()).contains("handler-");
    }
  }

  @Test
  void aFaultOfWhatIsDoneAtOnceFailsItsAttemptAndNothingElse() throws Exception {
    assertThat(error(send("instantly", "1")).message()).contains("StackOverflowError");
    assertThatAGoodOneWorks();
  }

  @Test
  void aPayloadThatCannotBeFetchedFailsTheAttemptAndMayBeRetried() throws Exception {
    try (HttpServer http = attempts("1", new ConcurrentHashMap<>())) {
      URI base = URI.create("http://localhost:" + http.port());
      for (Payload payload :
          List.of(
              new Payload.Reference(base.resolve("/nowhere"), 1),
              new Payload.Reference(base.resolve("/payload"), 2),
              new Payload.Reference(base.resolve("/payload"), 1_000_001))) {
        AttemptId attempt = TestDispatcher.newAttempt();
        dispatcher.send(
            new Message.Execute(attempt, new TaskType("reverse"), Duration.ofSeconds(30), payload));

        TaskError error = error(attempt);
        assertThat(error.code()).isEqualTo(TaskError.PAYLOAD_UNAVAILABLE);
        assertThat(error.retryable()).isTrue();
      }
    }
    assertThatAGoodOneWorks();
  }

  private static HttpServer attempts(String payload, Map<String, String> put) {
    HttpServer http =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                10_000_000,
                Duration.ofSeconds(1),
                () -> null,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                NOPLogger.NOP_LOGGER),
            routes -> {
              routes.get("/payload", context -> context.result(payload));
              routes.put(
                  "/result",
                  context -> {
                    put.put("result", new String(context.bodyAsBytes(), UTF_8));
                    context.status(204);
                  });
            });
    http.start();
    return http;
  }

  @Test
  void aFaultyHandlerHurtsOnlyItsAttempt() throws Exception {
    assertThat(error(send("overflow", "null")))
        .isEqualTo(new TaskError(TaskError.HANDLER_FAILED, "StackOverflowError", true));
    assertThat(error(send("huge", "null")))
        .isEqualTo(
            new TaskError(
                TaskError.RESULT_TOO_LARGE,
                "the result has 5000002 bytes; at most 1000000 are allowed",
                false));
    assertThat(error(send("unwritable", "null")).code()).isEqualTo(TaskError.HANDLER_FAILED);
    assertThat(error(send("refuse", "null")))
        .isEqualTo(new TaskError("sold-out", "nothing left", false));
    assertThat(error(send("reverse", "17")))
        .isEqualTo(new TaskError(TaskError.INVALID_PAYLOAD, "wanted a text, got 17", false));

    assertThatAGoodOneWorks();
  }

  @Test
  void aResultIsSentWhileItFitsAndAnnouncedFromThenOn() throws Exception {
    List<Boolean> announced = new ArrayList<>();
    for (int length = 900; length < 1200; length += 10) {
      AttemptId attempt = send("long", String.valueOf(length));
      Message answer = dispatcher.await(Message.WithCredit.class, attempt);
      if (answer instanceof Message.Accepted) {
        answer = dispatcher.await(Message.WithCredit.class, attempt);
      }
      assertThat(answer).isInstanceOfAny(Message.Result.class, Message.ResultReady.class);
      announced.add(answer instanceof Message.ResultReady);
      dispatcher.send(new Message.ResultAck(attempt));
    }
    assertThat(announced).isSorted().contains(false, true);
    assertThatAGoodOneWorks();
  }

  @Test
  void halfASurrogatePairComesBackAsItWent() throws Exception {
    assertThat(outcome(send("reverse", "\"a\\ud800\"")))
        .isEqualTo(new Outcome.Completed(new JsonText("\"\\ud800a\"")));
  }

  @Test
  void closingTwiceIsClosingOnce() {
    server.close();
    server.close();

    assertThat(server.isDraining()).isTrue();
  }
}
