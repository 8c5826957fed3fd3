package tasknet.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tasknet.client.TypeCalls;
import tasknet.task.InvalidValueException;
import tasknet.task.TypeStatus;

/** {@code tasknet types limit}. */
@Command(
    name = "limit",
    description = "Set limits of a type over the whole fleet; what is not given stays as it is.")
final class TypeLimitCommand extends TypeChange {
  @Option(names = "--running", paramLabel = "N", description = "Attempts at the same time.")
  private @Nullable Integer running;

  @Option(
      names = "--starts-per-second",
      paramLabel = "N",
      description = "Attempts that begin in a second, on average.")
  private @Nullable Double startsPerSecond;

  @Option(
      names = "--waiting",
      paramLabel = "N",
      description = "Tasks that wait at the same time; others are refused.")
  private @Nullable Integer waiting;

  @Option(
      names = "--reset",
      description = "Take back all limits that were set; alone. Then holds what workers.json says.")
  private boolean reset;

  TypeLimitCommand(CommandEnvironment environment) {
    super(environment);
  }

  @Override
  TypeStatus change(TypeCalls calls) throws InterruptedException {
    boolean given = running != null || startsPerSecond != null || waiting != null;
    if (given == reset) {
      throw new InvalidValueException(
          "limit",
          reset ? "--reset with limits" : "nothing",
          "--running, --starts-per-second and --waiting, or --reset");
    }
    return reset
        ? calls.resetLimits(List.of("running", "startsPerSecond", "waiting"))
        : calls.limit(new TypeStatus.Limits(running, startsPerSecond, waiting));
  }
}
