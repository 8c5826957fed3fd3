package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.testkit.ScriptedPeer;
import tasknet.wire.Drop;
import tasknet.wire.Message;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;

/** Datagrams that are wrong on purpose: none ends, moves or completes an attempt of another. */
@Timeout(60)
class HostileUdpIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final AttemptId NOBODYS = new AttemptId(new TaskId(7, 7), 1);

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 2, "hash");
  private final ScriptedPeer stranger = ScriptedPeer.open("stranger", 5);
  private WiredDispatcher dispatcher;
  private AttemptId running;

  @BeforeEach
  void start() {
    dispatcher = WiredDispatcher.start(folder, "TASKNET_WORKER_LOST_AFTER", "30s");
    dispatcher.register(worker);
    dispatcher.submit("{\"type\":\"hash\",\"payload\":1}");
    running = worker.expectExecute().attempt();
    worker.accept(running);
  }

  /** The attempt that ran all the time ends well, and so does the next one. */
  @AfterEach
  void allGoesOn() {
    assertThat(dispatcher.get("/tasks/" + running.task()).body().path("attempts")).hasSize(1);
    worker.complete(running, "\"mine\"");
    worker.expectAck(running);
    assertThat(dispatcher.get("/tasks/" + running.task()).text("result")).isEqualTo("mine");
    dispatcher.submit("{\"type\":\"hash\"}");
    AttemptId next = worker.expectExecute().attempt();
    worker.complete(next, "1");
    worker.expectAck(next);

    stranger.close();
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void anEmptyDatagramIsDropped() {
    raw(new byte[0]);

    await().until(() -> dropped(Drop.MALFORMED) == 1);
  }

  @Test
  void aDatagramThatIsTooLongIsDropped() {
    raw(new byte[MessageLink.LOOPBACK_DATAGRAM + 1]);
    raw(new byte[UdpLink.MAX_DATAGRAM]);

    await().until(() -> dropped(Drop.OVERSIZED) == 2);
  }

  @Test
  void anyBytesAreDropped() {
    Random random = new Random(3);
    for (int count = 1; count <= 500; count++) {
      byte[] datagram = new byte[random.nextInt(1200)];
      random.nextBytes(datagram);
      raw(datagram);
      if (count % 50 == 0) {
        int sent = count;
        await().until(() -> dropped(Drop.MALFORMED) + dropped(Drop.VERSION) == sent);
      }
    }
  }

  @Test
  void linesThatAreNoMessagesAreDropped() {
    String header = "TN1 worker-1 " + worker.epoch() + " 9\n";
    String id = running.task().toString();
    raw(header + "garbage\n{}\n[]\nnull\n{\"op\":\"result\"}\n");
    raw(
        header
            + "{\"op\":\"result\",\"task\":\""
            + id
            + "\",\"attempt\":0,\"result\":1,\"credit\":1}\n");
    raw(header + "{\"op\":\"result\",\"task\":\"" + id + "\",\"attempt\":1,\"credit\":1}\n");
    raw(
        header
            + "{\"op\":\"result\",\"task\":\""
            + id
            + "\",\"attempt\":1,\"result\":1,\"credit\":-1}\n");
    raw(header + "{\"op\":\"result\",\"task\":\"" + id + "\",\"attempt\":1,\"result\":\n");
    raw(header + "{\"op\":\"result\",\"task\":\"" + id + "\",\"attempt\":1e9,\"result\":1}\n");
    raw(header + "[".repeat(1000));

    await().until(() -> dropped(Drop.MALFORMED) >= 10);
    assertThat(state()).isEqualTo("RUNNING");
  }

  @Test
  void damagedDatagramsOfTheWorkerDoNoHarm() {
    Random random = new Random(11);
    String text =
        "TN1 worker-1 1000 7\n{\"op\":\"accepted\",\"task\":\""
            + running.task()
            + "\",\"attempt\":1,\"credit\":1}\n";
    for (int count = 0; count < 300; count++) {
      byte[] datagram = text.getBytes(StandardCharsets.US_ASCII);
      datagram[random.nextInt(datagram.length)] ^= (byte) (1 << random.nextInt(7));
      raw(datagram);
    }
    worker.accept(running);

    assertThat(state()).isEqualTo("RUNNING");
  }

  @Test
  void whatOnlyADispatcherMaySayIsDropped() {
    Message[] wrong = {
      new Message.Cancel(running), new Message.Probe(running), new Message.ResultAck(running)
    };
    stranger.send(dispatcher.udpAddress(), wrong);
    await().until(() -> dropped(Drop.UNEXPECTED) == 3);
    worker.tell(wrong);

    assertThat(dropped(Drop.UNEXPECTED)).isEqualTo(6);
    assertThat(state()).isEqualTo("RUNNING");
  }

  @Test
  void resultsForAttemptsThatDoNotExistAreAcknowledgedAndChangeNothing() {
    stranger.send(dispatcher.udpAddress(), worker.completed(NOBODYS, "1"));
    assertThat(stranger.expect(Message.ResultAck.class, SOON).attempt()).isEqualTo(NOBODYS);
    worker.tell(worker.completed(NOBODYS, "1"));
    worker.expectAck(NOBODYS);

    assertThat(dispatcher.get("/tasks/" + NOBODYS.task()).status()).isEqualTo(404);
    assertThat(dispatcher.get("/stats").body().path("attempts").path("staleResults").asInt())
        .isEqualTo(2);
  }

  @Test
  void anotherWorkerCannotEndTheAttempt() {
    try (ScriptedWorker other = ScriptedWorker.open("worker-2", 1, "upper")) {
      dispatcher.register(worker, other);
      other.complete(running, "\"stolen\"");
      other.unknown(running);
      other.reject(running, Message.Rejection.MALFORMED);
      other.fail(running, "x", false);

      assertThat(state()).isEqualTo("RUNNING");
      dispatcher.register(worker);
    }
  }

  @Test
  void aStrangerCannotEndTheAttempt() {
    stranger.send(
        dispatcher.udpAddress(),
        worker.completed(running, "\"stolen\""),
        new Message.Unknown(running, 1),
        new Message.Rejected(running, Message.Rejection.BUSY, "", 1));
    stranger.expect(Message.ResultAck.class, SOON);

    assertThat(state()).isEqualTo("RUNNING");
  }

  @ParameterizedTest
  @ValueSource(longs = {1_001, Long.MAX_VALUE})
  void aGreaterEpochFromElsewhereIsNotBelieved(long epoch) {
    try (ScriptedPeer impostor = ScriptedPeer.open("worker-1", epoch)) {
      impostor.send(dispatcher.udpAddress(), new Message.Accepted(NOBODYS, 1));
      await().until(() -> dropped(Drop.UNKNOWN_NODE) == 1);
    }

    assertThat(state()).isEqualTo("RUNNING");
  }

  @Test
  void aSmallerEpochIsDropped() {
    try (ScriptedPeer former = ScriptedPeer.open("worker-1", 999)) {
      former.send(dispatcher.udpAddress(), worker.completed(running, "\"of the dead\""));
      await().until(() -> dropped(Drop.STALE_EPOCH) == 1);
    }

    assertThat(state()).isEqualTo("RUNNING");
  }

  @Test
  void aNodeWithTheNameOfTheDispatcherIsAStranger() {
    Message execute = new Message.Probe(new AttemptId(running.task(), 1));
    try (ScriptedPeer mirror = ScriptedPeer.open("dispatcher-mirror", 1)) {
      mirror.send(dispatcher.udpAddress(), execute);
      await().until(() -> dropped(Drop.UNEXPECTED) == 1);
    }

    assertThat(state()).isEqualTo("RUNNING");
  }

  @Test
  void aFloodOfStrangersHoldsNobodyUp() {
    for (int count = 0; count < 20_000; count++) {
      raw(
          "TN1 flood-"
              + count
              + " 1 1\n{\"op\":\"progress\",\"task\":\""
              + NOBODYS.task()
              + "\",\"attempt\":1,\"percent\":1}\n");
    }

    // Some of it may have been lost, and what comes after it at first, too.
    await()
        .until(
            () -> {
              stranger.send(dispatcher.udpAddress(), new Message.Accepted(NOBODYS, 1));
              return stranger.seen().contains(new Message.Cancel(NOBODYS));
            });
    assertThat(dispatcher.get("/workers").body().path("workers")).hasSize(1);
  }

  private String state() {
    return dispatcher.get("/tasks/" + running.task()).text("state");
  }

  private long dropped(Drop reason) {
    return dispatcher.counters().dropped(reason);
  }

  private void raw(String datagram) {
    raw(datagram.getBytes(StandardCharsets.UTF_8));
  }

  private void raw(byte[] datagram) {
    stranger.sendRaw(dispatcher.udpAddress(), datagram);
  }
}
