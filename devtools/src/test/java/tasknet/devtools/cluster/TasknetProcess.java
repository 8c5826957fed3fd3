package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tasknet.devtools.TasknetMain;

/** {@code ./tasknet} as users start it, with its data and logs in the test's folder. */
final class TasknetProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready dispatcher=(\\S+)");
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final ClusterProcess process;

  private TasknetProcess(ClusterProcess process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param name of the file for its output
   */
  static TasknetProcess start(String name, Path folder, Path data, String... arguments)
      throws IOException {
    return new TasknetProcess(
        ClusterProcess.start(
            name,
            folder,
            Map.of(
                "TASKNET_DATA_DIR", data.toString(),
                "LOG_DIR", folder.resolve("logs").toString()),
            List.of(homeProperty()),
            TasknetMain.class,
            List.of(arguments)));
  }

  /** Tells a JVM where the checkout is, as the launcher does. */
  static String homeProperty() {
    Path here = Path.of("").toAbsolutePath();
    // The tests of a module run in the module's folder.
    Path home = here.endsWith("devtools") ? here.resolve("..").normalize() : here;
    assertThat(home.resolve("workers.json")).exists();
    return "-Dtasknet.home=" + home;
  }

  /** Waits until it says that it is ready, and tells the dispatcher's address. */
  URI awaitReady() throws IOException {
    await()
        .atMost(READY_WITHIN)
        .until(() -> !process.isAlive() || READY.matcher(process.output()).find());
    Matcher ready = READY.matcher(process.output());
    assertThat(ready.find()).as("ready; the output is: %s", process.output()).isTrue();
    return URI.create(ready.group(1));
  }

  ClusterProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
