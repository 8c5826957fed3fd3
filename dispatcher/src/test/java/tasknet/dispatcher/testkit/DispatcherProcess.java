package tasknet.dispatcher.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.DispatcherMain;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;

/** The dispatcher as a process of its own, to be killed and started again on the same files. */
public final class DispatcherProcess implements AutoCloseable {
  private final Path folder;
  private final Map<String, String> environment;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;
  private @Nullable Process process;

  /**
   * @param more settings
   */
  public DispatcherProcess(Path folder, Map<String, String> more) throws IOException {
    this.folder = folder;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    environment = new HashMap<>(more);
    environment.put("TASKNET_HTTP_PORT", String.valueOf(port));
    environment.put("TASKNET_DATA_DIR", data().toString());
    // None, lest it finds that of another cluster on this machine.
    environment.put("TASKNET_NAMESERVICE_URL", "http://localhost:1");
    environment.put("LOG_DIR", folder.resolve("logs").toString());
  }

  /** The folder of its store. */
  public Path data() {
    return folder.resolve("data");
  }

  /** Starts it, and waits until it answers. */
  public void start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DispatcherMain.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    process = builder.start();
    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> get("/types") != null);
  }

  /** Ends it at once, as {@code kill -9} does. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  public JsonNode get(String path) throws IOException, InterruptedException {
    return send("GET", path, "");
  }

  /** Any call; the answer's body, whatever its status. */
  public JsonNode send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    return Json.mapper().readTree(http.send(request, BodyHandlers.ofString()).body());
  }

  @Override
  public void close() {
    kill();
    http.close();
  }
}
