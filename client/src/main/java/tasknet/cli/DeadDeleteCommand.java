package tasknet.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasknet.client.DeadLetters;
import tasknet.client.DeletionOutcome;
import tasknet.client.TasknetClient;
import tasknet.task.DeadGroup;
import tasknet.task.Fingerprint;
import tasknet.task.TaskId;

/** {@code tasknet dead delete}. */
@Command(name = "delete", description = "Delete all tasks of a group, or one dead task.")
final class DeadDeleteCommand implements Callable<Integer> {
  /** A fingerprint is shorter than an id. */
  private static final int ID_LENGTH = 26;

  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Parameters(
      paramLabel = "FINGERPRINT|ID",
      description = "A group as 'tasknet dead' shows it, or a task.")
  private String which = "";

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  DeadDeleteCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (TasknetClient client = dispatcher.client(environment)) {
      if (which.length() == ID_LENGTH) {
        deleteTask(client.deadLetters(), TaskId.parse(which));
      } else {
        deleteGroup(client.deadLetters(), new Fingerprint(which));
      }
      return ExitCodes.DONE;
    }
  }

  private void deleteTask(DeadLetters dead, TaskId task) throws InterruptedException {
    confirm("Delete the dead task " + task + "?");
    switch (dead.delete(task)) {
      case DeletionOutcome.Deleted _ -> environment.out().println("deleted " + task);
      case DeletionOutcome.NotDead(String message) ->
          throw new CommandException(ExitCodes.FAILED, message);
      case DeletionOutcome.Unknown _ -> throw GetCommand.unknown(task);
    }
  }

  private void deleteGroup(DeadLetters dead, Fingerprint fingerprint) throws InterruptedException {
    DeadGroup group = dead.group(fingerprint).orElseThrow(() -> DeadCommand.unknown(fingerprint));
    confirm(
        "Delete "
            + DeadCommand.tasks(group.tasks())
            + " of type "
            + group.type()
            + " that died of "
            + TextTable.shortened(group.code() + ": " + group.message(), 80)
            + "?");
    environment
        .out()
        .println(
            DeadCommand.text(
                "deleted",
                dead.delete(fingerprint).orElseThrow(() -> DeadCommand.unknown(fingerprint))));
  }

  private void confirm(String question) {
    if (!yes) {
      Confirmation.ask(environment, question);
    }
  }
}
