package tasknet.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasknet.cli.TextTable.Align;
import tasknet.client.TasknetClient;
import tasknet.http.Json;
import tasknet.registry.WorkerStatus;
import tasknet.registry.WorkerStatusList;
import tasknet.task.TaskType;

/** {@code tasknet workers}. */
@Command(name = "workers", description = "List the live workers, as the dispatcher sees them.")
final class WorkersCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  @Option(
      names = "--counts",
      description = "Print how the attempts of each ended, and what it was sent.")
  private boolean counts;

  WorkersCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    WorkerStatusList list;
    try (TasknetClient client = dispatcher.client(environment)) {
      list = client.workers();
    }
    if (json) {
      environment.out().println(Json.textOf(list));
    } else if (list.workers().isEmpty()) {
      environment.out().println("no live workers");
    } else {
      (counts ? counts(list.workers()) : table(list.workers())).forEach(environment.out()::println);
    }
    return ExitCodes.DONE;
  }

  private static List<String> counts(List<WorkerStatus> workers) {
    TextTable table =
        new TextTable()
            .column("WORKER", Align.LEFT)
            .column("COMPLETED", Align.RIGHT)
            .column("FAILED", Align.RIGHT)
            .column("LOST", Align.RIGHT)
            .column("SENT", Align.RIGHT)
            .column("SENT AGAIN", Align.RIGHT)
            .column("STARTED", Align.LEFT);
    for (WorkerStatus worker : workers) {
      table.row(
          worker.id(),
          worker.completed(),
          worker.failed(),
          worker.lost(),
          worker.sent(),
          worker.retransmissions(),
          worker.startedAt() == null ? "-" : worker.startedAt());
    }
    return table.lines();
  }

  private static List<String> table(List<WorkerStatus> workers) {
    TextTable table =
        new TextTable()
            .column("WORKER", Align.LEFT)
            .column("TYPES", Align.LEFT)
            .column("ADDRESS", Align.LEFT)
            .column("HOSTNAME", Align.LEFT)
            .column("SLOTS", Align.RIGHT)
            .column("RUNNING", Align.RIGHT)
            .column("FREE", Align.RIGHT)
            .column("RTT MS", Align.RIGHT)
            .column("STATE", Align.LEFT);
    for (WorkerStatus worker : workers) {
      Duration roundTrip = worker.roundTrip();
      table.row(
          worker.id(),
          worker.types().stream().sorted().map(TaskType::name).collect(Collectors.joining(",")),
          worker.host() + ":" + worker.port(),
          worker.hostname() == null ? "-" : worker.hostname(),
          worker.capacity(),
          worker.running(),
          worker.free(),
          roundTrip == null ? "-" : Amounts.millis(roundTrip),
          worker.suspect() ? "suspect" : "ok");
    }
    return table.lines();
  }
}
