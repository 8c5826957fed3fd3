package tasknet.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tasknet.client.CancelOutcome;
import tasknet.client.TasknetClient;
import tasknet.task.TaskId;

/** {@code tasknet cancel}. */
@Command(name = "cancel", description = "Cancel a task that has not ended.")
final class CancelCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Parameters(paramLabel = "ID", description = "The id that submit printed.")
  private String id = "";

  CancelCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    TaskId task = TaskId.parse(id);
    try (TasknetClient client = dispatcher.client(environment)) {
      switch (client.cancel(task)) {
        case CancelOutcome.Cancelled cancelled ->
            environment
                .out()
                .println("cancelled " + task + " (it was " + cancelled.result().was() + ")");
        case CancelOutcome.AlreadyEnded ended ->
            throw new CommandException(ExitCodes.FAILED, ended.message());
        case CancelOutcome.Unknown unknown -> throw GetCommand.unknown(task);
      }
      return ExitCodes.DONE;
    }
  }
}
