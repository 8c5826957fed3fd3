package tasknet.dispatcher.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Java process that prints what it has done, a line that ends with a dot for each, until it is
 * killed.
 */
public final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildProcess(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts it, with the class path of this one.
   *
   * @param main its class
   */
  public static ChildProcess start(Class<?> main, String... arguments) throws IOException {
    Stream<String> java =
        Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName());
    return new ChildProcess(
        new ProcessBuilder(Stream.concat(java, Stream.of(arguments)).toList())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  public long pid() {
    return process.pid();
  }

  /** Null at the end. */
  public @Nullable String nextLine() throws IOException {
    return output.readLine();
  }

  /** Kills it, and answers what it had still printed; a torn last line is left out. */
  public List<String> kill() throws IOException {
    // By its handle: the process itself would close its output, with what is still to be read.
    process.toHandle().destroyForcibly();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    List<String> rest = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.endsWith(".")) {
        rest.add(line);
      }
    }
    return rest;
  }

  @Override
  public void close() throws IOException {
    if (process.isAlive()) {
      kill();
    }
    output.close();
  }
}
