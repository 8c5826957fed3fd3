package tasknet.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasknet.client.TasknetClient;
import tasknet.client.simulation.SimulatedTask;
import tasknet.client.simulation.TaskFile;
import tasknet.task.InvalidValueException;

/** {@code tasknet simulate}. */
@Command(
    name = "simulate",
    description = "Send a file of tasks and compare each answer with the expected one.")
final class SimulateCommand implements Callable<Integer> {
  private static final int MOST = 10_000;

  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file; without one, the tasks that ship with Tasknet (client/tasks.json).")
  private @Nullable Path file;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many tasks are under way at the same time (${DEFAULT-VALUE}).")
  private int concurrency = 16;

  @Option(names = "--json", description = "Print the report as one line of JSON.")
  private boolean json;

  SimulateCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (concurrency < 1 || concurrency > MOST) {
      throw new InvalidValueException(
          "--concurrency", concurrency, "a whole number from 1 to " + MOST);
    }
    List<SimulatedTask> tasks = file == null ? TaskFile.shipped() : TaskFile.read(file);
    try (TasknetClient client = dispatcher.client(environment)) {
      return new SimulationRun(environment).run(client, tasks, concurrency, json);
    }
  }
}
