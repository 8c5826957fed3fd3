package tasknet.devtools.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A service as a process of its own, from the class path of this one, with its output in a file.
 */
final class BenchProcess implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");

  private final String name;
  private final Process process;
  private final Path output;

  private BenchProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  /**
   * Starts it.
   *
   * @param folder for its output
   * @param javaOptions more of them
   * @param environment all that it is told with {@code TASKNET_} or {@code LOG_} before its name
   */
  static BenchProcess start(
      String name,
      Path folder,
      List<String> javaOptions,
      Map<String, String> environment,
      Class<?> main,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Without what the launcher does for quick starts and idle services: this one is warm and busy.
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseCompactObjectHeaders");
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve(name + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(key -> key.matches("(TASKNET|LOG)_.*"));
    builder.environment().putAll(environment);
    return new BenchProcess(name, builder.start(), output);
  }

  String name() {
    return name;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The last line that it has printed, for whoever wonders why it has ended. */
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    return lines.isEmpty() ? "it said nothing" : lines.getLast();
  }

  /** Processor time since its start; null where the system does not tell. */
  @Nullable Duration cpu() {
    return process.info().totalCpuDuration().orElse(null);
  }

  /** The most memory that it had, in bytes; null where the system does not tell. */
  @Nullable Long peakMemory() {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    try {
      Matcher peak = PEAK.matcher(Files.readString(status));
      return peak.find() ? Long.parseLong(peak.group(1)) * 1024 : null;
    } catch (IOException e) {
      return null; // not Linux
    }
  }

  /** Ends it at once: nothing that it has is of use. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
  }
}
