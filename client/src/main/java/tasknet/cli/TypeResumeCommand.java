package tasknet.cli;

import picocli.CommandLine.Command;
import tasknet.client.TypeCalls;
import tasknet.task.TypeStatus;

/** {@code tasknet types resume}. */
@Command(name = "resume", description = "Begin its tasks again.")
final class TypeResumeCommand extends TypeChange {
  TypeResumeCommand(CommandEnvironment environment) {
    super(environment);
  }

  @Override
  TypeStatus change(TypeCalls calls) throws InterruptedException {
    return calls.resume();
  }
}
