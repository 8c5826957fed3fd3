package tasknet.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasknet.client.RequeueOutcome;
import tasknet.client.TasknetClient;
import tasknet.http.Json;
import tasknet.task.TaskId;

/** {@code tasknet requeue}. */
@Command(name = "requeue", description = "Bring a dead task back into its queue.")
final class RequeueCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Parameters(paramLabel = "ID", description = "The id that submit printed.")
  private String id = "";

  @Option(
      names = "--payload",
      paramLabel = "PAYLOAD",
      description = "Instead of its own: JSON; what is not JSON is a text. - reads it from input.")
  private @Nullable String payload;

  @Option(names = "--text", description = "Take the payload as a text, also when it is JSON.")
  private boolean text;

  @Option(names = "--json", description = "Print the whole task as one line of JSON.")
  private boolean json;

  RequeueCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    TaskId task = TaskId.parse(id);
    if (payload == null && text) {
      throw new CommandException(ExitCodes.USAGE, "--text is for a --payload");
    }
    try (TasknetClient client = dispatcher.client(environment)) {
      RequeueOutcome outcome =
          payload == null
              ? client.requeue(task)
              : client.requeue(task, PayloadArgument.read(payload, text, environment.in()));
      switch (outcome) {
        case RequeueOutcome.Requeued(var status) ->
            environment.out().println(json ? Json.textOf(status) : "requeued " + task);
        case RequeueOutcome.NotDead(String message) ->
            throw new CommandException(ExitCodes.FAILED, message);
        case RequeueOutcome.Unknown _ -> throw GetCommand.unknown(task);
      }
      return ExitCodes.DONE;
    }
  }
}
