package tasknet.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasknet.client.TasknetClient;
import tasknet.http.Json;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTrace;

/** {@code tasknet get}. */
@Command(
    name = "get",
    description = "Show a task: its state, its result or error, and its attempts.")
final class GetCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();
  @Mixin private final WaitOption wait = new WaitOption();

  @Parameters(paramLabel = "ID", description = "The id that submit printed.")
  private String id = "";

  @Option(names = "--json", description = "Print the whole task as one line of JSON.")
  private boolean json;

  @Option(
      names = "--trace",
      description = "Print what happened on its way instead, with times in milliseconds.")
  private boolean trace;

  GetCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    TaskId task = TaskId.parse(id);
    Duration patience = wait.duration();
    try (TasknetClient client = dispatcher.client(environment)) {
      TaskStatus status =
          (patience == null ? client.find(task) : awaited(client, task, patience))
              .orElseThrow(() -> unknown(task));
      if (trace) {
        TaskTrace steps = client.trace(task).orElseThrow(() -> unknown(task));
        if (json) {
          environment.out().println(Json.textOf(steps));
        } else {
          TraceText.lines(steps).forEach(environment.out()::println);
        }
      } else if (json) {
        environment.out().println(Json.textOf(status));
      } else {
        TaskText.lines(status, environment.clock().instant()).forEach(environment.out()::println);
      }
      int code = TaskText.exitCode(status.state());
      if (code == ExitCodes.NO_ANSWER && patience != null) {
        throw new CommandException(code, TaskText.withoutResult(status));
      }
      return code == ExitCodes.NO_ANSWER ? ExitCodes.DONE : code;
    }
  }

  private Optional<TaskStatus> awaited(TasknetClient client, TaskId task, Duration patience)
      throws InterruptedException {
    try (ProgressBar _ = ProgressBar.show(client, task, environment)) {
      return client.await(task, patience);
    }
  }

  static CommandException unknown(TaskId task) {
    return new CommandException(ExitCodes.FAILED, "there is no task " + task);
  }
}
