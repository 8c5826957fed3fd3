package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of Tasknet as a process of its own, with its output in a file. */
public final class ClusterProcess implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final String name;
  private final Process process;
  private final Path output;

  private ClusterProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  /**
   * Starts it.
   *
   * @param name of the file for its output, unique in the folder
   * @param properties of the JVM, for instance {@code -Dname=value}
   */
  static ClusterProcess start(
      String name,
      Path folder,
      Map<String, String> environment,
      List<String> properties,
      Class<?> main,
      List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(ClassCache.java());
    command.addAll(properties);
    command.add(main.getName());
    command.addAll(arguments);
    Path output = Files.createDirectories(folder.resolve("output")).resolve(name);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("TASKNET_"));
    builder.environment().putAll(environment);
    return new ClusterProcess(name, builder.start(), output);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The processor time that it has used so far. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  /** Sends SIGKILL, and tells when. */
  public Instant kill() throws InterruptedException {
    Instant now = Instant.now();
    process.destroyForcibly();
    assertThat(process.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    return now;
  }

  /** Sends SIGKILL, and does not wait. */
  void sendKill() {
    process.toHandle().destroyForcibly();
  }

  /** Sends SIGTERM, and waits for the exit code. */
  int terminate() throws InterruptedException {
    process.toHandle().destroy();
    return exitCode();
  }

  /** Sends SIGTERM. */
  void askToStop() {
    process.toHandle().destroy();
  }

  /** Waits for the exit code. */
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS))
        .as("%s has ended; its output: %s", this, outputOrNothing())
        .isTrue();
    return process.exitValue();
  }

  /** Stops it where it is. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** What it has printed so far. */
  String output() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
    process.toHandle().destroyForcibly();
    process.onExit().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Override
  public String toString() {
    return name + " pid=" + pid();
  }

  private String outputOrNothing() {
    try {
      return output();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
