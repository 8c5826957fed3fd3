package tasknet.devtools.system;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a program of this machine said, and its exit code. */
record Ran(List<String> command, int exitCode, String output, String errors) {
  static Ran in(Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    CompletableFuture<String> errors =
        CompletableFuture.supplyAsync(
            () -> text(process.getErrorStream()), Thread::startVirtualThread);
    String output = text(process.getInputStream());
    try {
      return new Ran(command, process.waitFor(), output, errors.join());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + String.join(" ", command), e);
    }
  }

  /** Runs the docker command, which must succeed. */
  static String docker(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return in(Path.of("."), Map.of(), command).orFail();
  }

  /** What it printed, without the last line's end. */
  String orFail() throws IOException {
    if (exitCode != 0) {
      throw new IOException(
          String.join(" ", command) + " ended with " + exitCode + "\n" + output + errors);
    }
    return output.strip();
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "[" + e.getMessage() + "]";
    }
  }
}
