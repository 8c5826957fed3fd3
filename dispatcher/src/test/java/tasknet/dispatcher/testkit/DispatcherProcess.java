package tasknet.dispatcher.testkit;

import static org.awaitility.Awaitility.await;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.DispatcherMain;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;

/** A dispatcher as a process of its own, without workers, that can be killed and started again. */
public final class DispatcherProcess implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path folder;
  private final Map<String, String> environment;
  private final int port;
  private @Nullable Process process;

  /**
   * @param more settings
   */
  public DispatcherProcess(Path folder, Map<String, String> more) {
    this.folder = folder;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
  public void start() {
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
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> get("/types").has("types"));
  }

  /** Ends it at once, as {@code kill -9} does. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  /** Kills it, and starts it again at the same port and with the same store. */
  public void restart() {
    kill();
    start();
  }

  public URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  /** Submits a task, and answers its id. */
  public String submit(String body) {
    return send("POST", "/tasks", body).path("id").asString();
  }

  public JsonNode get(String path) {
    return send("GET", path, "");
  }

  public JsonNode delete(String path) {
    return send("DELETE", path, "");
  }

  /** A metric without labels. */
  public double metric(String name) {
    return text("GET", "/metrics", "")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** What the process uses, by its own account. */
  public record Use(int platformThreads, long heapBytes) {}

  /** Counts its platform threads, and its heap after a collection. */
  @SuppressWarnings("BanJNDI") // what answers is a child of this process
  public Use use() {
    try {
      VirtualMachine machine =
          VirtualMachine.attach(String.valueOf(Objects.requireNonNull(process).pid()));
      JMXServiceURL agent = new JMXServiceURL(machine.startLocalManagementAgent());
      machine.detach();
      try (JMXConnector connector = JMXConnectorFactory.connect(agent)) {
        var connection = connector.getMBeanServerConnection();
        MemoryMXBean memory = ManagementFactory.getPlatformMXBean(connection, MemoryMXBean.class);
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(connection, ThreadMXBean.class);
        memory.gc();
        return new Use(threads.getThreadCount(), memory.getHeapMemoryUsage().getUsed());
      }
    } catch (IOException | AttachNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
    http.close();
  }

  /**
   * Any call; the answer's body, whatever its status.
   *
   * @param headers as pairs of names and values
   */
  public JsonNode send(String method, String path, String body, String... headers) {
    return Json.mapper().readTree(text(method, path, body, headers));
  }

  private String text(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
