package tasknet.nameservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.http.JsonClient;
import tasknet.process.ServiceProcess;
import tasknet.registry.Heartbeat;

class NameserviceMainIT {
  private static final Pattern PORT = Pattern.compile("listens on port (\\d+)");

  @TempDir Path folder;
  private @Nullable Process process;

  @AfterEach
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void aTerminatedServiceKeepsItsRegistryAndExitsWithZero() throws Exception {
    Process child = run(Map.of("TASKNET_HTTP_PORT", "0"));
    try (JsonClient client =
        new JsonClient(URI.create("http://localhost:" + portOf(child)), Duration.ofSeconds(10))) {
      client.put("/workers/w-1", RegistryTest.registration(1, "hash"), Heartbeat.class);
    }

    child.destroy(); // SIGTERM

    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isZero();
    assertThat(folder.resolve("data/registry.json")).content().contains("\"id\" : \"w-1\"");
    assertThat(folder.resolve("logs/nameservice.log")).content().contains("INFO", "stopped");
  }

  @Test
  void wrongSettingsAreAllNamed() throws Exception {
    Process child = run(Map.of("TASKNET_HTTP_PORT", "x", "TASKNET_HEARTBEAT_TTL", "never"));

    assertThat(exitCodeOf(child)).isEqualTo(2);
    assertThat(errors().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("TASKNET_HTTP_PORT: 'x' is not allowed"),
            line -> assertThat(line).startsWith("TASKNET_HEARTBEAT_TTL: 'never' is not allowed"));
  }

  @Test
  void aPortThatIsTakenIsOneClearLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Process child = run(Map.of("TASKNET_HTTP_PORT", Integer.toString(taken.getLocalPort())));

      assertThat(exitCodeOf(child)).isEqualTo(1);
      assertThat(errors().lines().filter(line -> line.contains("ERROR")))
          .singleElement()
          .asString()
          .contains(
              "port " + taken.getLocalPort() + " is taken", "TASKNET_HTTP_PORT chooses another");
      assertThat(errors()).doesNotContain("\tat ");
    }
  }

  @Test
  void aLogFolderThatCannotBeMadeIsOneClearLine() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    Process child = run(Map.of("LOG_DIR", file.resolve("logs").toString()));

    assertThat(exitCodeOf(child)).isEqualTo(1);
    assertThat(errors().lines()).singleElement().asString().contains("LOG_DIR", file.toString());
  }

  @Test
  void aStopWhileItIsMadeIsNoFault() throws Exception {
    Process child = run(StoppedWhileItIsMade.class, Map.of());

    assertThat(exitCodeOf(child)).isEqualTo(StoppedWhileItIsMade.EXIT_CODE);
    assertThat(errors()).isEmpty();
  }

  /** A nameservice whose process is told to stop before it can say how. */
  static final class StoppedWhileItIsMade {
    static final int EXIT_CODE = 143;

    private StoppedWhileItIsMade() {}

    public static void main(String[] args) {
      Thread main = Thread.currentThread();
      CountDownLatch stops = new CountDownLatch(1);
      Thread hook =
          new Thread(
              () -> {
                stops.countDown();
                boolean _ = joined(main);
              });
      Runtime.getRuntime().addShutdownHook(hook);
      ServiceProcess.run(
          "nameservice",
          args,
          System.getenv(),
          NameserviceSettings::read,
          (settings, log) -> {
            Thread.ofPlatform().daemon().start(() -> System.exit(EXIT_CODE));
            Nameservice made = new Nameservice(settings, log);
            try {
              stops.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return made;
          });
    }

    private static boolean joined(Thread main) {
      try {
        return main.join(Duration.ofSeconds(20));
      } catch (InterruptedException e) {
        return false;
      }
    }
  }

  private Process run(Map<String, String> environment) throws IOException {
    return run(NameserviceMain.class, environment);
  }

  private Process run(Class<?> program, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            program.getName());
    builder.environment().put("TASKNET_DATA_DIR", folder.resolve("data").toString());
    builder.environment().put("LOG_DIR", folder.resolve("logs").toString());
    builder.environment().putAll(environment);
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    process = builder.start();
    return process;
  }

  private int portOf(Process child) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              assertThat(child.isAlive()).as(errors()).isTrue();
              Matcher matcher = PORT.matcher(errors());
              return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
            },
            port -> port > 0);
  }

  private static int exitCodeOf(Process child) throws InterruptedException {
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return child.exitValue();
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
  }
}
