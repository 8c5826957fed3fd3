package tasknet.devtools;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tasknet.cli.CommandEnvironment;

/** {@code tasknet up}. */
@Command(
    name = "up",
    description =
        "Start everything in one process, until Ctrl-C. State in .tasknet/, logs in logs/.")
final class UpCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final ClusterOptions options = new ClusterOptions();

  UpCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    return new ClusterRun(environment.out(), environment.err())
        .run(options, environment.variables(), _ -> ClusterRun.untilStopped());
  }
}
