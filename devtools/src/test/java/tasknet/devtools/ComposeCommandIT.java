package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.testkit.NeedsDocker;
import tasknet.testkit.TestClock;

class ComposeCommandIT {
  private static final String HOME_PROPERTY = "tasknet.home";

  @TempDir private Path folder = Path.of("");

  private final Printed printed = new Printed();

  @BeforeEach
  void runFromTheCheckout() {
    System.setProperty(HOME_PROPERTY, Documents.HOME.toString());
  }

  @AfterEach
  void runFromNowhere() {
    System.clearProperty(HOME_PROPERTY);
  }

  @Test
  void theFileInTheRepositoryIsWhatTheGeneratorWrites() throws IOException {
    assertThat(compose("--output", "-")).isZero();

    assertThat(Documents.read("docker-compose.yml").replace(" --output -", ""))
        .as("docker-compose.yml is not what workers.json says; run ./tasknet compose")
        .isEqualTo(printed.out().replace(" --output -", ""));
  }

  @Test
  void theSameInputMakesTheSameFile() throws IOException {
    Path file = folder.resolve("docker-compose.yml");
    compose("--output", file.toString());
    String first = Files.readString(file);

    assertThat(compose("--output", file.toString())).isZero();

    assertThat(file).hasContent(first);
    assertThat(printed.out()).endsWith("wrote " + file + "\n");
    assertThat(printed.err()).isEmpty();
  }

  @Test
  @NeedsDocker
  void dockerComposeUnderstandsIt() throws Exception {
    Path file = folder.resolve("docker-compose.yml");
    Path workers =
        Files.writeString(
            folder.resolve("workers.json"),
            """
            {"workers": [{"name": "hash", "active": true, "replicas": 2, "concurrency": 4,
              "memory": "512m", "cpus": 0.5, "description": "quote \\" and\\nline",
              "environment": {"A": "$HOME \\"x\\" ü"}}]}
            """);
    assertThat(
            compose(
                "--workers", workers.toString(), "--output", file.toString(), "--scale", "hash=3"))
        .isZero();

    String config = dockerCompose(file);

    assertThat(config)
        .contains("replicas: 3", "cpus: 0.5", "mem_limit: \"536870912\"", "A: $$HOME \"x\" ü")
        .contains("source: " + workers.toRealPath())
        .contains("context: " + Documents.HOME.toRealPath());
  }

  @Test
  void publishingIsWarnedOf() {
    assertThat(compose("--output", "-", "--publish")).isZero();

    assertThat(printed.err()).startsWith("tasknet: warning: ").contains("no authentication");
    assertThat(printed.out()).contains("by `./tasknet compose --output - --publish`");
  }

  @Test
  void aWrongOptionIsWrongUsage() {
    assertThat(compose("--output", "-", "--scale", "hash=many")).isEqualTo(2);
    assertThat(compose("--output", "-", "--scale", "hsah=2")).isEqualTo(2);

    assertThat(printed.out()).isEmpty();
    assertThat(printed.err())
        .contains("--scale: 'hash=many' is not allowed; it must be a type and a number")
        .contains("--scale: 'hsah' is not allowed; it must be an active type of workers.json: ");
  }

  @Test
  void aWrongWorkersFileIsToldWithItsPlace() throws IOException {
    Path workers = Files.writeString(folder.resolve("w.json"), "{\"workers\": [{\"name\": 5}]}");
    assertThat(compose("--output", "-", "--workers", workers.toString())).isOne();
    assertThat(printed.err()).startsWith("tasknet: " + workers + ": workers.0.name: ");

    Files.writeString(
        workers,
        """
        {"workers": [{"name": "a", "active": true, "environment": {"LOG_DIR": "x"}}]}
        """);
    printed.clear();
    assertThat(compose("--output", "-", "--workers", workers.toString())).isOne();
    assertThat(printed.err())
        .startsWith("tasknet: " + workers + ": a.environment: 'LOG_DIR' is not allowed");
  }

  @Test
  void whatCannotBeWrittenIsTold() {
    Path missing = folder.resolve("none/docker-compose.yml");
    assertThat(compose("--output", missing.toString())).isOne();
    assertThat(compose("--output", folder.toString())).isOne();

    assertThat(printed.err())
        .contains("tasknet: cannot write " + missing + ": its folder does not exist")
        .contains("tasknet: cannot write " + folder + ": ");
  }

  private int compose(String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "compose";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return TasknetMain.run(printed.environment(Map.of(), new TestClock()), arguments);
  }

  private static String dockerCompose(Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("docker", "compose", "-f", file.toString(), "config")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    assertThat(exitCode).as(output).isZero();
    return output;
  }
}
