package tasknet.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tasknet.client.TasknetClient;
import tasknet.task.DeadChange;
import tasknet.task.Fingerprint;

/** {@code tasknet dead requeue}. */
@Command(name = "requeue", description = "Bring all tasks of a group back into their queue.")
final class DeadRequeueCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Parameters(paramLabel = "FINGERPRINT", description = "As 'tasknet dead' shows it.")
  private String group = "";

  DeadRequeueCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    Fingerprint fingerprint = new Fingerprint(group);
    try (TasknetClient client = dispatcher.client(environment)) {
      DeadChange change =
          client
              .deadLetters()
              .requeue(fingerprint)
              .orElseThrow(() -> DeadCommand.unknown(fingerprint));
      environment.out().println(DeadCommand.text("requeued", change));
      return ExitCodes.DONE;
    }
  }
}
