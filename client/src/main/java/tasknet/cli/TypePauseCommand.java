package tasknet.cli;

import picocli.CommandLine.Command;
import tasknet.client.TypeCalls;
import tasknet.task.TypeStatus;

/** {@code tasknet types pause}. */
@Command(
    name = "pause",
    description = "Begin none of its tasks, until resume; running ones finish.")
final class TypePauseCommand extends TypeChange {
  TypePauseCommand(CommandEnvironment environment) {
    super(environment);
  }

  @Override
  TypeStatus change(TypeCalls calls) throws InterruptedException {
    return calls.pause();
  }
}
