package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tasknet up} as a process. */
class ClusterRunIT {
  @TempDir private Path folder = Path.of("");

  @Test
  void aTakenPortIsNamedAndEndsItWithOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Ended ended = run("up", "--port", "0", "--nameservice-port", "" + taken.getLocalPort());

      assertThat(ended.output())
          .contains("port " + taken.getLocalPort() + " for the nameservice is taken")
          .contains("--nameservice-port")
          .hasLineCount(1);
      assertThat(ended.code()).isEqualTo(1);
    }
  }

  @Test
  void withoutOptionsItsPortsAreTheStandardOnes() throws Exception {
    try (ServerSocket taken = taken(5001)) {
      Ended ended = run("up");

      assertThat(ended.output()).contains("port 5001 for the nameservice is taken").hasLineCount(1);
      assertThat(ended.code()).isEqualTo(1);
      assertThat(taken.isBound()).isTrue();
    }
  }

  /** The port is taken, if not by this test then by a cluster that runs. */
  private static ServerSocket taken(int port) throws IOException {
    try {
      return new ServerSocket(port);
    } catch (BindException e) {
      return new ServerSocket(0);
    }
  }

  @Test
  void aWorkersFileThatIsMissingIsNamedAndEndsItWithOne() throws Exception {
    Ended ended = run("up", "--port", "0", "--workers", "missing.json");

    assertThat(ended.output()).contains("missing.json does not exist").hasLineCount(1);
    assertThat(ended.code()).isEqualTo(1);
  }

  private record Ended(int code, String output) {}

  private Ended run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Dtasknet.home=" + Documents.HOME,
                "-cp",
                System.getProperty("java.class.path"),
                TasknetMain.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TASKNET_DATA_DIR", folder.resolve("data").toString());
    builder.environment().put("LOG_DIR", folder.resolve("logs").toString());
    Process process = builder.start();
    try {
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      process.getInputStream().transferTo(output);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return new Ended(process.exitValue(), output.toString(StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
