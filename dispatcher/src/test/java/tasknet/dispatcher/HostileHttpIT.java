package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.task.AttemptId;

/** Requests that are wrong on purpose: each gets a clear answer or none, and the next one works. */
@Timeout(120)
class HostileHttpIT {
  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 100, "hash");
  private final List<Socket> sockets = new ArrayList<>();
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    dispatcher = WiredDispatcher.start(folder);
    dispatcher.register(worker);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    for (String open : List.of("[", "{\"a\":")) {
      assertThat(post(payload(open.repeat(8_000)))).isEqualTo(400);
      assertThat(post(open.repeat(8_000).getBytes(StandardCharsets.UTF_8))).isEqualTo(400);
    }
    assertThat(post(payload("[".repeat(101) + "]".repeat(101)))).isEqualTo(400);
    assertThat(post(payload("[".repeat(100) + "]".repeat(100)))).isEqualTo(202);
    assertSound();
  }

  @Test
  void whatIsAcceptedCanBeListed() throws IOException {
    assertThat(post(payload("[".repeat(100) + "]".repeat(100)))).isEqualTo(202);
    assertThat(post(payload("\"\\ud800 \\u0000 \\u2028 \u007f\""))).isEqualTo(202);
    assertThat(post(payload("-0.0e-0"))).isEqualTo(202);

    assertThat(dispatcher.get("/tasks").body().path("tasks")).hasSize(3);
    for (int count = 0; count < 3; count++) {
      AttemptId attempt = worker.expectExecute().attempt();
      worker.complete(attempt, "1");
      worker.expectAck(attempt);
    }
    assertSound();
  }

  @Test
  void hugeNumbersAreNumbersOrRefused() throws IOException {
    assertThat(post(payload("1e400"))).isEqualTo(202);
    assertThat(post(payload("1" + "0".repeat(500)))).isEqualTo(202);
    assertThat(post(payload("1" + "0".repeat(2_000)))).isEqualTo(400);
    for (String number : List.of("1e400", "1e-400", "-1", "1e15", "9".repeat(900), "1e999999999")) {
      assertThat(post(task("\"timeout\":" + number))).as(number).isEqualTo(400);
      assertThat(post(task("\"backoff\":{\"factor\":" + number + "}"))).as(number).isIn(400, 202);
      assertThat(post(task("\"backoff\":{\"first\":" + number + "}"))).as(number).isIn(400, 202);
      assertThat(post(task("\"maxAttempts\":" + number))).as(number).isEqualTo(400);
    }
    assertSound();
  }

  @Test
  void whatIsNotUtf8IsRefused() throws IOException {
    for (byte wrong : new byte[] {(byte) 0xff, (byte) 0xc0, (byte) 0x80, (byte) 0xed}) {
      byte[] body = payload("\"?\"");
      body[body.length - 3] = wrong;
      assertThat(post(body)).isEqualTo(400);
    }
    assertThat(post("{\"type\":\"hash\"}".getBytes(StandardCharsets.UTF_16))).isEqualTo(400);
    assertSound();
  }

  @Test
  void anyBytesAreRefused() throws IOException {
    Random random = new Random(7);
    for (int count = 0; count < 200; count++) {
      byte[] body = new byte[random.nextInt(300)];
      random.nextBytes(body);
      assertThat(post(body)).isEqualTo(400);
    }
    byte[] good = payload("{\"text\":[1,2,\"x\"]}");
    for (int count = 0; count < 200; count++) {
      byte[] body = good.clone();
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      assertThat(post(body)).as(new String(body, StandardCharsets.UTF_8)).isIn(202, 400);
    }
    assertSound();
  }

  @ParameterizedTest(name = "{index}")
  @ValueSource(
      strings = {
        "GET /tasks/LONG HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /tasks?cursor=LONG HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /stats HTTP/1.1\r\nHost: x\r\nX-Long: LONG\r\n\r\n",
        "POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /tasks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /tasks/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /tasks/..%2f..%2fetc HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /tasks HTTP/1.1\r\n\r\n",
        "BREW /tasks HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u0000\u0001\u0002\r\n\r\n",
        "GET\r\n\r\n",
      })
  void aRequestThatIsNoneIsRefused(String request) throws IOException {
    String answer = exchange(request.replace("LONG", "x".repeat(100_000)));

    assertThat(answer).startsWith("HTTP/1.1 4");
    assertSound();
  }

  @Test
  void manyHalfRequestsHoldNobodyUp() throws IOException {
    for (int count = 0; count < 300; count++) {
      write("POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Le");
      write("POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"type\":");
    }

    assertSound();
  }

  @Test
  void aRequestThatNeverEndsDoesNotKeepTheRestOpen() throws IOException {
    write("POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"type\":");
    assertSound();
    dispatcher.dispatcher().close();
    assertThat(dispatcher.log().with("is closed")).as("the store").hasSize(1);
    assertThat(dispatcher.log().with("stopped")).hasSize(1);

    try (SqliteTaskStore store =
        new SqliteTaskStore(
            new SqliteTaskStore.Options(folder, SqliteTaskStore.Options.DEFAULT_MAX_BYTES),
            NOPLogger.NOP_LOGGER)) {
      store.start();
    }
  }

  /** The next good task is run, and nobody is left waiting. */
  private void assertSound() {
    String id = dispatcher.submit("{\"type\":\"hash\",\"payload\":\"good\"}");
    AttemptId attempt = worker.expectExecute().attempt();
    while (!attempt.task().toString().equals(id)) {
      worker.complete(attempt, "1");
      attempt = worker.expectExecute().attempt();
    }
    worker.complete(attempt, "1");
    worker.expectAck(attempt);
    assertThat(dispatcher.get("/tasks/" + id).text("state")).isEqualTo("COMPLETED");
    assertThat(dispatcher.get("/stats").body().path("clientsWaiting").asInt(-1)).isZero();
  }

  private static byte[] payload(String json) {
    return task("\"payload\":" + json);
  }

  private static byte[] task(String member) {
    return ("{\"type\":\"hash\"," + member + "}").getBytes(StandardCharsets.UTF_8);
  }

  /** Posts any bytes, and answers the status. */
  private int post(byte[] body) throws IOException {
    String head = "POST /tasks HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ";
    byte[] start = (head + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] request = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, request, start.length, body.length);
    String answer = exchange(request);
    assertThat(answer).startsWith("HTTP/1.1 ");
    return Integer.parseInt(answer.substring(9, 12));
  }

  private String exchange(String request) throws IOException {
    return exchange(request.getBytes(StandardCharsets.ISO_8859_1));
  }

  private String exchange(byte[] request) throws IOException {
    try (Socket socket = new Socket("localhost", dispatcher.dispatcher().port())) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(request);
      } catch (IOException e) {
        // It may have answered and hung up before it read all.
      }
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
    }
  }

  private void write(String request) throws IOException {
    Socket socket = new Socket("localhost", dispatcher.dispatcher().port());
    sockets.add(socket);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }
}
