package tasknet.devtools.doctor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs other programs of this machine, not for long. */
public final class Programs {
  private final Map<String, String> environment;
  private final Duration timeout;

  /**
   * @param environment theirs; its {@code PATH} says where they are
   * @param timeout when a program is ended
   */
  public Programs(Map<String, String> environment, Duration timeout) {
    this.environment = Map.copyOf(environment);
    this.timeout = timeout;
  }

  /** What came of a program. */
  public sealed interface Run {
    /** It ended by itself. */
    record Ended(int exitCode, String output, String error) implements Run {}

    /** It is not on this machine, or cannot be started. */
    record Missing() implements Run {}

    /** It took too long. */
    record TimedOut(Duration after) implements Run {}
  }

  /** Runs a program, without input. */
  public Run run(String program, String... arguments) throws InterruptedException {
    Optional<Path> file = find(program);
    if (file.isEmpty()) {
      return new Run.Missing();
    }
    List<String> command = new ArrayList<>(List.of(file.get().toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return run(builder.start());
    } catch (IOException e) {
      return new Run.Missing();
    }
  }

  private Run run(Process process) throws InterruptedException, IOException {
    process.getOutputStream().close();
    CompletableFuture<String> output = read(process.getInputStream());
    CompletableFuture<String> error = read(process.getErrorStream());
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Run.TimedOut(timeout);
      }
      return new Run.Ended(process.exitValue(), output.join().strip(), error.join().strip());
    } finally {
      process.destroyForcibly();
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Thread::startVirtualThread);
  }

  private Optional<Path> find(String program) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      try {
        Path file = Path.of(folder, program);
        if (!folder.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
          return Optional.of(file);
        }
      } catch (InvalidPathException e) {
        // Not a folder of this system.
      }
    }
    return Optional.empty();
  }
}
