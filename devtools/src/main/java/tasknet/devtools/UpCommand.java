package tasknet.devtools;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tasknet.cli.CommandEnvironment;

/** {@code tasknet up}. */
@Command(
    name = "up",
    description = {
      "Start everything in one process, until Ctrl-C.",
      "State is kept in .tasknet and logs are in logs, both beside ./tasknet."
    })
final class UpCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private final HelpOption help = new HelpOption();

  @Mixin private final ClusterOptions options = new ClusterOptions();

  UpCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  /** Without options. Looks at no annotation, which takes a tenth of a start. */
  static int run(CommandEnvironment environment) {
    try {
      return new UpCommand(environment).call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    return new ClusterRun(environment.out(), environment.err())
        .run(options, environment.variables(), _ -> ClusterRun.untilStopped());
  }
}
