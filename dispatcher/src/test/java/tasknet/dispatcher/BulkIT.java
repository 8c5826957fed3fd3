package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.dispatcher.testkit.WiredDispatcher.answer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.http.BulkAnswer;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.task.AttemptId;
import tasknet.task.TaskState;

/** {@code POST /tasks} with a task on each line. */
@Timeout(60)
class BulkIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private WiredDispatcher dispatcher;

  @AfterEach
  void close() {
    dispatcher.close();
  }

  @Test
  void eachLineIsAnsweredWithItsNumber() {
    start();

    List<BulkAnswer> answers = bulk(HASH + "\n" + HASH + "\r\n" + HASH);

    assertThat(answers).extracting(BulkAnswer::line).containsExactly(1L, 2L, 3L);
    assertThat(answers).extracting(BulkAnswer::state).containsOnly(TaskState.QUEUED);
    assertThat(answers)
        .allSatisfy(
            line ->
                assertThat(dispatcher.get("/tasks/" + line.id()).text("state"))
                    .isEqualTo("QUEUED"));
  }

  @Test
  void aBadLineIsAProblemOfItsOwnAndStopsNothing() {
    start("TASKNET_MAX_PAYLOAD", "1000");
    String tooLong = "{\"type\":\"hash\",\"payload\":\"" + "x".repeat(100_000) + "\"}";
    String tooLarge = "{\"type\":\"hash\",\"payload\":\"" + "x".repeat(2000) + "\"}";
    String body =
        String.join(
            "\n",
            HASH,
            "{",
            "",
            "{\"typ\":\"hash\"}",
            "[]",
            tooLong,
            "null",
            tooLarge,
            "\u00ff",
            HASH);

    List<BulkAnswer> answers =
        bulk(body.getBytes(StandardCharsets.ISO_8859_1)).stream() // so that one is not UTF-8
            .sorted(java.util.Comparator.comparingLong(BulkAnswer::line))
            .toList();

    assertThat(answers)
        .extracting(BulkAnswer::line)
        .containsExactly(1L, 2L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(answers)
        .extracting(line -> line.problem() == null ? 0 : line.problem().status())
        .containsExactly(0, 400, 400, 400, 413, 400, 413, 400, 0);
    assertThat(problem(answers.get(2)).detail()).contains("typ").contains("allowed are");
    assertThat(problem(answers.get(1)).detail()).contains("(column 2)").doesNotContain("line");
    assertThat(counts("queued")).isEqualTo(2);
  }

  @Test
  void aLineThatIsNotDurableAndNeedsTheStoreIsAnsweredWhenItIsKept() throws IOException {
    Path workers = folder.resolve("workers.json");
    Files.writeString(
        workers, "{\"workers\":[{\"name\":\"hash\",\"active\":true,\"durable\":false}]}");
    start("TASKNET_WORKERS_FILE", workers.toString(), "TASKNET_MAX_STORE_BYTES", "" + (1 << 20));
    String large = "{\"type\":\"hash\",\"payload\":\"" + "x".repeat(100_000) + "\"}\n";

    List<BulkAnswer> answers = bulk(large.repeat(20));

    assertThat(answers)
        .filteredOn(line -> line.problem() != null)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(problem(line).status()).isEqualTo(507));
    assertThat(counts("queued"))
        .isEqualTo(answers.stream().filter(line -> line.state() == TaskState.QUEUED).count());
  }

  @Test
  void whoWaitsGetsResultsInTheOrderInWhichTheyCome() {
    start();
    try (ScriptedWorker worker = ScriptedWorker.open("w", 10, "hash")) {
      dispatcher.register(worker);
      CompletableFuture<WiredDispatcher.Answer> sent =
          send((HASH + "\n" + HASH + "\n" + HASH + "\n").getBytes(StandardCharsets.UTF_8), "wait");
      AttemptId first = worker.expectExecute().attempt();
      AttemptId second = worker.expectExecute().attempt();
      AttemptId third = worker.expectExecute().attempt();
      worker.fail(third, "invalid-payload", false);
      worker.expectAck(third);
      worker.complete(second, "\"" + "2".repeat(700) + "\"");
      worker.expectAck(second);
      dispatcher.delete("/tasks/" + first.task());

      List<BulkAnswer> answers = lines(answer(sent));

      assertThat(answers).extracting(BulkAnswer::line).containsExactlyInAnyOrder(1L, 2L, 3L);
      assertThat(answers.getLast().line()).isEqualTo(1);
      assertThat(of(answers, 1).state()).isEqualTo(TaskState.CANCELLED);
      assertThat(Objects.requireNonNull(of(answers, 2).result()).text()).hasSize(702);
      assertThat(Objects.requireNonNull(of(answers, 3).error()).code())
          .isEqualTo("invalid-payload");
    }
  }

  @Test
  void whatHasNotEndedWhenTheWaitIsOverIsAnsweredAsItStands() {
    start();

    List<BulkAnswer> answers =
        lines(answer(send((HASH + "\n").getBytes(StandardCharsets.UTF_8), "wait=1")));

    assertThat(answers).extracting(BulkAnswer::state).containsExactly(TaskState.QUEUED);
    await().until(() -> dispatcher.get("/stats").body().path("clientsWaiting").asInt() == 0);
  }

  @Test
  void anIdempotencyKeyIsForOneTask() {
    start();

    WiredDispatcher.Answer answer =
        dispatcher.post(
            "/tasks", HASH, "Content-Type", BulkAnswer.MEDIA_TYPE, "Idempotency-Key", "k");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo("Idempotency-Key");
  }

  @Test
  void aFullQueueHoldsTheStreamBackUntilThereIsRoom() {
    start("TASKNET_MAX_WAITING", "3");
    try (ScriptedWorker worker = ScriptedWorker.open("w", 1, "hash")) {
      CompletableFuture<WiredDispatcher.Answer> sent =
          send((HASH + "\n").repeat(6).getBytes(StandardCharsets.UTF_8), "");
      await().until(() -> counts("queued") == 3);
      assertThat(dispatcher.post("/tasks", HASH).status()).isEqualTo(429);
      dispatcher.register(worker);
      for (int number = 0; number < 3; number++) {
        AttemptId attempt = worker.expectExecute().attempt();
        worker.complete(attempt, "1");
      }

      assertThat(lines(answer(sent))).allSatisfy(line -> assertThat(line.problem()).isNull());
    }
  }

  @Test
  void whoDoesNotReadIsNotReadFromAndHoldsUpNobody() throws IOException {
    start();
    int lines = 100_000;
    AtomicInteger sent = new AtomicInteger();
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress("localhost", dispatcher.dispatcher().port()));
      Thread sender =
          Thread.startVirtualThread(
              () -> {
                try {
                  stream(slow.getOutputStream(), lines, sent);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      await().atMost(SOON).until(() -> isBlocked(sender, sent));
      int blockedAt = sent.get();
      assertThat(blockedAt).isLessThan(lines);
      assertThat(bulk(HASH + "\n")).hasSize(1); // while it stands still

      slow.setReceiveBufferSize(1 << 20); // 4 KiB at a time take long
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
      AtomicInteger answered = new AtomicInteger();
      CompletableFuture<Void> read =
          CompletableFuture.runAsync(
              () ->
                  answers
                      .lines()
                      .takeWhile(line -> !line.equals("0"))
                      .filter(line -> line.startsWith("{"))
                      .forEach(_ -> answered.incrementAndGet()),
              task -> Thread.ofPlatform().daemon().start(task));
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(read)
                      .as("of %s lines %s answered, %s sent", lines, answered, sent)
                      .isCompleted());

      assertThat(answered.get()).isEqualTo(lines);
      assertThat(counts("queued")).isEqualTo(lines / 10 + 1);
    }
  }

  @Test
  void whatAClientHandedInBeforeItHungUpGoesOn() throws IOException {
    start();
    try (Socket client = new Socket("localhost", dispatcher.dispatcher().port())) {
      OutputStream out = client.getOutputStream();
      out.write(head("Prefer: wait\r\n"));
      for (int number = 0; number < 100; number++) {
        out.write(chunk(HASH + "\n"));
      }
      out.flush();
      await().until(() -> counts("queued") == 100);
      client.setSoLinger(true, 0);
    }

    await().atMost(SOON).until(() -> dispatcher.metric("tasknet_bulk_streams") == 0);
    assertThat(counts("queued")).isEqualTo(100);
    assertThat(dispatcher.get("/stats").body().path("clientsWaiting").asInt()).isZero();
    assertThat(dispatcher.metric("tasknet_bulk_hung_up_total")).isEqualTo(1);
    assertThat(dispatcher.log().with("bulk client has gone")).hasSize(1);
  }

  @Test
  void aClientThatHangsUpInTheMiddleIsCountedAndLoggedOnce() throws IOException {
    start();
    try (Socket client = new Socket("localhost", dispatcher.dispatcher().port())) {
      client.getOutputStream().write(head(""));
      client.getOutputStream().write(chunk(HASH + "\n"));
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
      assertThat(answers.lines().anyMatch(line -> line.contains("QUEUED"))).isTrue();
      client.setSoLinger(true, 0);
    }

    await().atMost(SOON).until(() -> dispatcher.metric("tasknet_bulk_streams") == 0);
    assertThat(dispatcher.metric("tasknet_bulk_hung_up_total")).isEqualTo(1);
    assertThat(dispatcher.log().with("bulk client has gone")).hasSize(1);
  }

  @Test
  void aClientThatHangsUpWhileItWaitsIsNoticed() throws IOException {
    start();
    try (Socket client = new Socket("localhost", dispatcher.dispatcher().port())) {
      client.getOutputStream().write(head("Prefer: wait=300\r\n"));
      client.getOutputStream().write(chunk(HASH + "\n"));
      client.getOutputStream().write(chunk("")); // all is said, so that nothing is read any more
      await().until(() -> counts("queued") == 1);
    }

    await().atMost(SOON).until(() -> dispatcher.metric("tasknet_bulk_streams") == 0);
    assertThat(dispatcher.metric("tasknet_bulk_hung_up_total")).isEqualTo(1);
    assertThat(dispatcher.get("/stats").body().path("clientsWaiting").asInt()).isZero();
    assertThat(counts("queued")).isEqualTo(1);
  }

  @Test
  void whoWaitsIsSentBlankLines() throws IOException {
    start();
    try (Socket client = new Socket("localhost", dispatcher.dispatcher().port())) {
      client.getOutputStream().write(head("Prefer: wait=300\r\n"));
      client.getOutputStream().write(chunk(HASH + "\n"));
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));

      long blank =
          answers
              .lines()
              .dropWhile(line -> !line.isEmpty()) // the head
              .skip(1)
              .filter(String::isEmpty)
              .limit(3)
              .count();

      assertThat(blank).isEqualTo(3);
    }
  }

  // ---- small things ----------------------------------------------------------------------------

  private void start(String... more) {
    dispatcher = WiredDispatcher.start(folder, more);
  }

  private List<BulkAnswer> bulk(String body) {
    return bulk(body.getBytes(StandardCharsets.UTF_8));
  }

  private List<BulkAnswer> bulk(byte[] body) {
    return lines(answer(send(body, "")));
  }

  private CompletableFuture<WiredDispatcher.Answer> send(byte[] body, String prefer) {
    return dispatcher.sendBytes(
        "POST", "/tasks", body, "Content-Type", BulkAnswer.MEDIA_TYPE, "Prefer", prefer);
  }

  private static List<BulkAnswer> lines(WiredDispatcher.Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    return answer
        .response()
        .body()
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> Json.mapper().readValue(line, BulkAnswer.class))
        .toList();
  }

  private static Problem problem(BulkAnswer answer) {
    return Objects.requireNonNull(answer.problem());
  }

  private static BulkAnswer of(List<BulkAnswer> answers, long line) {
    return answers.stream().filter(each -> each.line() == line).findFirst().orElseThrow();
  }

  private long counts(String state) {
    return dispatcher.get("/types").body().path("types").path(0).path(state).asLong();
  }

  private static byte[] head(String more) {
    return ("POST /tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            + BulkAnswer.MEDIA_TYPE
            + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
            + more
            + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] chunk(String text) {
    return (Integer.toHexString(text.length()) + "\r\n" + text + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void stream(OutputStream out, int lines, AtomicInteger sent) throws IOException {
    out.write(head(""));
    byte[] ten =
        chunk(HASH + "\n" + ("{" + " ".repeat(300) + "\n").repeat(9)); // with long answers, too
    for (int number = 0; number < lines; number += 10) {
      out.write(ten);
      sent.addAndGet(10);
    }
    out.write(chunk("").clone());
    out.flush();
  }

  /** It has begun, and has not got on for half a second. */
  private static boolean isBlocked(Thread sender, AtomicInteger sent) throws InterruptedException {
    int before = sent.get();
    return before > 0 && !sender.join(Duration.ofMillis(500)) && sent.get() == before;
  }
}
