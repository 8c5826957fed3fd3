package tasknet.devtools;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasknet.cli.CommandEnvironment;
import tasknet.cli.SimulationRun;
import tasknet.client.TasknetClient;
import tasknet.client.simulation.SimulatedTask;
import tasknet.client.simulation.TaskFile;

/** {@code tasknet demo}. */
@Command(
    name = "demo",
    description = "Start everything, run the simulation of client/tasks.json, stay up.")
final class DemoCommand implements Callable<Integer> {
  private static final int CONCURRENCY = 16;

  private final CommandEnvironment environment;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private final HelpOption help = new HelpOption();

  @Mixin private final ClusterOptions options = new ClusterOptions();

  @Option(
      names = "--exit",
      description = "Leave when done: 0 when every task got its expected outcome, else 1.")
  private boolean exit;

  DemoCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<SimulatedTask> tasks = TaskFile.shipped();
    PrintStream out = environment.out();
    return new ClusterRun(out, environment.err())
        .run(
            options,
            environment.variables(),
            addresses -> {
              int code = simulate(addresses, tasks);
              if (exit) {
                return code;
              }
              out.println();
              out.println("still up, try:");
              out.println(
                  "  curl -X POST "
                      + addresses.dispatcher()
                      + "/task -H 'content-type: application/json'"
                      + " -d '{\"type\":\"reverse\",\"payload\":\"OpenAI\"}'");
              out.println("Ctrl-C stops it");
              return ClusterRun.untilStopped();
            });
  }

  private int simulate(LocalCluster.Addresses addresses, List<SimulatedTask> tasks)
      throws InterruptedException {
    try (TasknetClient client = new TasknetClient(addresses.dispatcher())) {
      return new SimulationRun(environment).run(client, tasks, CONCURRENCY, false);
    }
  }
}
