package tasknet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.registry.Heartbeat;
import tasknet.registry.Registration;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.testkit.ScriptedPeer;

/** A worker that was written from {@code docs/protocol.md} alone keeps the protocol. */
@Timeout(120)
class PythonWorkerIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Path SCRIPT =
      Path.of("..", "examples", "python-worker", "worker.py").toAbsolutePath().normalize();

  private final List<Registration> registrations = new CopyOnWriteArrayList<>();
  private final List<String> departures = new CopyOnWriteArrayList<>();
  private final HttpServer nameservice = nameservice();
  private final ScriptedPeer dispatcher = ScriptedPeer.open("dispatcher-1", 1);
  private final Process python = startPython();

  @BeforeEach
  void awaitRegistration() {
    await().atMost(SOON).until(() -> !registrations.isEmpty() || !python.isAlive());
    assertThat(registrations).isNotEmpty();
  }

  @AfterEach
  void close() throws InterruptedException {
    python.destroyForcibly().waitFor();
    dispatcher.close();
    nameservice.close();
  }

  @Test
  void itRegistersWorksAndDeparts() throws Exception {
    Registration registration = registrations.getFirst();
    assertThat(registration.types()).containsExactly(new TaskType("upper_py"));
    assertThat(registration.capacity()).isEqualTo(2);
    await().atMost(SOON).until(() -> registrations.size() > 2);

    send(execute(1, "\"hellö\""));
    assertThat(dispatcher.expect(Message.Accepted.class, SOON).credit()).isEqualTo(1);
    var result = dispatcher.receive(Message.Result.class, _ -> true, SOON);
    assertThat(result.header().node()).isEqualTo("python-1");
    assertThat(result.header().epoch()).isEqualTo(registration.epoch());
    assertThat(result.message().credit()).isEqualTo(2);
    assertThat(value(result.message())).isEqualTo("HELLÖ");
    send(new Message.ResultAck(attempt(1)));

    assertThat(python.toHandle().destroy()).isTrue();
    assertThat(python.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(departures).containsExactly("python-1 " + registration.epoch());
  }

  @Test
  void aResultIsSentAgainUntilItIsAcknowledgedAndNothingRunsTwice() {
    send(execute(1, "\"a\""), execute(1, "\"a\""));
    for (int copy = 0; copy < 3; copy++) {
      assertThat(value(dispatcher.expect(Message.Result.class, SOON))).isEqualTo("A");
    }
    send(new Message.ResultAck(attempt(1)), new Message.Probe(attempt(1)));
    dispatcher.expect(Message.Unknown.class, SOON);
    int before = dispatcher.seen().size();
    send(execute(1, "\"a\""), new Message.Probe(attempt(2)));
    dispatcher.expect(Message.Unknown.class, unknown -> unknown.attempt().number() == 2, SOON);

    assertThat(dispatcher.seen()).hasSize(before + 1);
  }

  @Test
  void whatWasAnsweredUnknownIsNeverRun() {
    send(new Message.Probe(attempt(1)));
    dispatcher.expect(Message.Unknown.class, SOON);
    send(new Message.Cancel(attempt(2)));
    dispatcher.expect(Message.Unknown.class, SOON);
    send(execute(1, "1"), execute(2, "1"), new Message.Probe(attempt(3)));
    dispatcher.expect(Message.Unknown.class, unknown -> unknown.attempt().number() == 3, SOON);

    assertThat(dispatcher.seen()).hasSize(3);
  }

  @Test
  void whatItCannotRunIsRejectedAndStaysSo() {
    Message.Execute other =
        new Message.Execute(
            attempt(1),
            new TaskType("other"),
            Duration.ofSeconds(5),
            new Payload.Inline(JsonText.NULL));
    for (Message message : List.of(other, other, new Message.Probe(attempt(1)))) {
      send(message);
      assertThat(dispatcher.expect(Message.Rejected.class, SOON).reason())
          .isEqualTo(Message.Rejection.UNKNOWN_TYPE);
    }
    dispatcher.sendRaw(
        worker(),
        ("TN1 dispatcher-1 1 99\nrubbish\n{\"op\":\"execute\",\"task\":\""
                + attempt(2).task()
                + "\",\"attempt\":2,\"type\":\"upper_py\",\"payload\":1}\n{\"op\":\"dance\",\"task\":\""
                + attempt(3).task()
                + "\",\"attempt\":3}\n")
            .getBytes(StandardCharsets.UTF_8));

    Message.Rejected malformed = dispatcher.expect(Message.Rejected.class, SOON);
    assertThat(malformed.attempt()).isEqualTo(attempt(2));
    assertThat(malformed.reason()).isEqualTo(Message.Rejection.MALFORMED);
  }

  @Test
  void aPayloadItDoesNotWantIsAnErrorThatIsNotRetried() {
    send(execute(1, "[1]"));

    assertThat(dispatcher.expect(Message.Result.class, SOON).outcome())
        .isEqualTo(
            new Outcome.Failed(
                new TaskError(TaskError.INVALID_PAYLOAD, "the payload must be text", false)));
  }

  @Test
  void aResultThatDoesNotFitBecomesAnError() {
    // Each ü grows from two bytes to six, because Python writes it as an escape.
    send(execute(1, '"' + "ü".repeat(300) + '"'));

    assertThat(dispatcher.expect(Message.Result.class, SOON).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.error().code()).isEqualTo(TaskError.RESULT_TOO_LARGE));
  }

  @Test
  void rubbishDoesItNoHarm() {
    for (String rubbish :
        List.of(
            "", "\n", "TN1", "TN2 a 1 2\n{}", "TN1 a 1 2\n[]\n7\nnull\n{}\n\"", "x".repeat(1300))) {
      dispatcher.sendRaw(worker(), rubbish.getBytes(StandardCharsets.UTF_8));
    }
    dispatcher.sendRaw(worker(), new byte[] {(byte) 0xff, 0, 1, 10});
    send(new Message.Probe(attempt(1)));

    dispatcher.expect(Message.Unknown.class, SOON);
  }

  private void send(Message... messages) {
    dispatcher.send(worker(), messages);
  }

  private InetSocketAddress worker() {
    Registration registration = registrations.getLast();
    return new InetSocketAddress(registration.host(), registration.port());
  }

  private static String value(Message.Result result) {
    assertThat(result.outcome()).isInstanceOf(Outcome.Completed.class);
    return tasknet.http.Json.mapper()
        .readValue(((Outcome.Completed) result.outcome()).result().text(), String.class);
  }

  private static AttemptId attempt(int number) {
    return new AttemptId(TaskId.parse("01KATXK2S0ABCDEFGHJKMNPQRS"), number);
  }

  @Test
  void aTraceIsNoneOfItsBusiness() {
    TraceContext trace =
        new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=1");
    send(
        new Message.Execute(
            attempt(1),
            new TaskType("upper_py"),
            Duration.ofSeconds(5),
            new Payload.Inline(new JsonText("\"traced\"")),
            0,
            trace));

    assertThat(dispatcher.expect(Message.Result.class, SOON).outcome())
        .isEqualTo(new Outcome.Completed(new JsonText("\"TRACED\"")));
  }

  private static Message.Execute execute(int number, String payload) {
    return new Message.Execute(
        attempt(number),
        new TaskType("upper_py"),
        Duration.ofSeconds(5),
        new Payload.Inline(new JsonText(payload)));
  }

  private HttpServer nameservice() {
    HttpServer server =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                10_000,
                Duration.ofSeconds(1),
                () -> null,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                NOPLogger.NOP_LOGGER),
            routes -> {
              routes.put(
                  "/workers/{id}",
                  context -> {
                    registrations.add(HttpServer.body(context, Registration.class));
                    context.json(new Heartbeat(Duration.ofSeconds(5), Duration.ofMillis(50), 1));
                  });
              routes.delete(
                  "/workers/{id}",
                  context -> {
                    departures.add(context.pathParam("id") + " " + context.queryParam("epoch"));
                    context.json(Map.of("removed", true));
                  });
            });
    server.start();
    return server;
  }

  private Process startPython() {
    try {
      return new ProcessBuilder(
              "python3",
              SCRIPT.toString(),
              "--id=python-1",
              "--capacity=2",
              "--bind=127.0.0.1",
              "--host=127.0.0.1",
              "--nameservice=http://localhost:" + nameservice.port())
          .inheritIO()
          .start();
    } catch (IOException e) {
      nameservice.close();
      dispatcher.close();
      assumeTrue(false, "there is no python3 here: " + e.getMessage());
      throw new AssertionError(e);
    }
  }
}
