package tasknet.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Containers of a compose project of their own, made with the docker command from the image that
 * ours are made from; all are removed at the end.
 */
public final class TestProject implements AutoCloseable {
  private static final String IMAGE = "eclipse-temurin:25-jre";

  private final String name;

  /**
   * @param prefix of the project's name, which no other test uses
   */
  public TestProject(String prefix) {
    name = prefix + "-" + ProcessHandle.current().pid();
  }

  /** The name of the project, and the beginning of that of each container. */
  public String name() {
    return name;
  }

  /**
   * Makes a container, and does not start it.
   *
   * @param options of {@code docker create}
   * @return its id
   */
  public String create(String container, List<String> options, String... command)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("create", "--name", name + "-" + container));
    all.addAll(
        List.of(
            "--label", "com.docker.compose.project=" + name,
            "--label", "com.docker.compose.service=" + container,
            "--label", "com.docker.compose.container-number=1"));
    all.addAll(options);
    all.add(IMAGE);
    all.addAll(Arrays.asList(command));
    return docker(all.toArray(String[]::new));
  }

  /** Makes a container and starts it. */
  public String run(String container, List<String> options, String... command) throws IOException {
    String id = create(container, options, command);
    docker("start", id);
    return id;
  }

  /**
   * Runs the docker command.
   *
   * @return what it printed
   * @throws IOException if it failed; the message has what it printed
   */
  public static String docker(String... arguments) throws IOException {
    String[] command =
        Stream.concat(Stream.of("docker"), Arrays.stream(arguments)).toArray(String[]::new);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    String label = "label=com.docker.compose.project=" + name;
    String ids = docker("ps", "-aq", "--filter", label);
    if (!ids.isEmpty()) {
      docker(
          Stream.concat(Stream.of("rm", "-f"), Arrays.stream(ids.split("\n")))
              .toArray(String[]::new));
    }
    String networks = docker("network", "ls", "-q", "--filter", label);
    if (!networks.isEmpty()) {
      docker(
          Stream.concat(Stream.of("network", "rm"), Arrays.stream(networks.split("\n")))
              .toArray(String[]::new));
    }
  }
}
