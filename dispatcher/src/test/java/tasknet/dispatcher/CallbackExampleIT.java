package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.CallbackReceiver;
import tasknet.dispatcher.testkit.WiredDispatcher;

/** The receiver of {@code docs/callbacks.md} takes what the dispatcher signs, and nothing else. */
@Timeout(60)
class CallbackExampleIT {
  private static final Path SCRIPT =
      Path.of("..", "examples", "callback-receiver", "receiver.py").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void theExampleTakesASignedOutcomeAndRefusesOthers() throws Exception {
    assumeTrue(hasPython(), "needs python3");
    int port = freePort();
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder("python3", SCRIPT.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("SECRET", CallbackReceiver.SECRET);
    builder.environment().put("PORT", String.valueOf(port));
    Process python = builder.start();
    try (WiredDispatcher dispatcher =
        WiredDispatcher.start(
            folder.resolve("data"),
            "TASKNET_CALLBACK_HOSTS",
            "localhost:" + port,
            "TASKNET_CALLBACK_SECRET",
            CallbackReceiver.SECRET)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> listens(port));
      String url = "http://localhost:" + port + "/";
      String task = dispatcher.submit("{\"type\":\"hash\",\"callback\":\"" + url + "\"}");
      dispatcher.delete("/tasks/" + task);

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> Files.readString(out).contains(task + " CANCELLED None\n"));
      assertThat(forged(url)).isEqualTo(401);
      assertThat(Files.readString(out)).hasLineCount(1);
    } finally {
      python.destroyForcibly().waitFor();
    }
  }

  private static int forged(String url) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("webhook-id", "1")
            .header("webhook-timestamp", String.valueOf(Instant.now().getEpochSecond()))
            .header("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
