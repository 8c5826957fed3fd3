package tasknet.devtools;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasknet.cli.CommandEnvironment;
import tasknet.cli.ExitCodes;
import tasknet.devtools.compose.ComposeChoices;
import tasknet.devtools.compose.ComposeFile;
import tasknet.fleet.WorkersFile;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;

/** {@code tasknet compose}. */
@Command(
    name = "compose",
    description = {
      "Make docker-compose.yml from workers.json.",
      "Both lie beside ./tasknet unless it is said otherwise."
    })
final class ComposeCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";

  private final CommandEnvironment environment;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private final HelpOption help = new HelpOption();

  @Option(names = "--workers", paramLabel = "FILE", description = "The workers (workers.json).")
  private @Nullable Path workers;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "What to write (docker-compose.yml); - is standard output.")
  private @Nullable String output;

  @Option(
      names = "--scale",
      paramLabel = "TYPE=N",
      description = "So many replicas of a type, whatever the workers file says; repeatable.")
  private List<String> scale = new ArrayList<>();

  @Option(
      names = "--publish",
      description = {
        "Let other machines reach the dispatcher and monitoring.",
        "There is no authentication: only on a network that you trust."
      })
  private boolean publish;

  ComposeCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    SortedMap<TaskType, Integer> replicas = new TreeMap<>();
    scale.forEach(given -> ComposeChoices.readScale(given, replicas));
    Path home = LocalCluster.home().toAbsolutePath().normalize();
    Path from = workers == null ? home.resolve("workers.json") : workers;
    boolean printed = STANDARD_OUTPUT.equals(output);
    Path to = output == null || printed ? home.resolve("docker-compose.yml") : Path.of(output);
    try {
      WorkersFile fleet = WorkersFile.read(from);
      ComposeChoices choices =
          new ComposeChoices(command(), seenFrom(to, from), seenFrom(to, home), replicas, publish);
      choices.check(fleet);
      put(text(fleet, choices, from), printed ? null : to);
    } catch (IOException e) {
      tell(String.valueOf(e.getMessage()));
      return ExitCodes.FAILED;
    }
    if (publish) {
      tell("warning: whoever reaches this machine can use Tasknet now: it has no authentication");
    }
    return ExitCodes.DONE;
  }

  /** The command that makes the same again. */
  private String command() {
    StringBuilder command = new StringBuilder("./tasknet compose");
    if (workers != null) {
      command.append(" --workers ").append(workers);
    }
    if (output != null) {
      command.append(" --output ").append(output);
    }
    scale.forEach(given -> command.append(" --scale ").append(given));
    return command.append(publish ? " --publish" : "").toString();
  }

  private static String text(WorkersFile fleet, ComposeChoices choices, Path from)
      throws IOException {
    try {
      return new ComposeFile(fleet, choices).text();
    } catch (InvalidValueException e) {
      throw new IOException(from + ": " + e.getMessage(), e);
    }
  }

  private void put(String text, @Nullable Path file) throws IOException {
    if (file == null) {
      environment.out().print(text);
      environment.out().flush();
      return;
    }
    try {
      Files.writeString(file, text);
    } catch (NoSuchFileException e) {
      throw new IOException("cannot write " + file + ": its folder does not exist", e);
    } catch (FileSystemException e) {
      throw new IOException("cannot write " + file + ": " + e.getReason(), e);
    }
    environment.out().println("wrote " + file);
  }

  /** A path as the compose file has it, which counts from its own folder. */
  private static String seenFrom(Path composeFile, Path path) {
    Path folder = Objects.requireNonNull(composeFile.toAbsolutePath().normalize().getParent());
    String relative = folder.relativize(path.toAbsolutePath().normalize()).toString();
    return relative.isEmpty() ? "." : relative;
  }

  private void tell(String message) {
    environment.err().println("tasknet: " + message);
  }
}
