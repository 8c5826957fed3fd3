package tasknet.cli;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasknet.cli.TextTable.Align;
import tasknet.client.TasknetClient;
import tasknet.http.Json;
import tasknet.task.TaskLatency;
import tasknet.task.TaskRates;
import tasknet.task.TypeList;
import tasknet.task.TypeStatus;

/** {@code tasknet types}. */
@Command(
    name = "types",
    description =
        "List the task types: their workers and their tasks; RATE is completed ones per second, P95 the"
            + " time from submission to end, over the last minute. With a command: change one type.")
final class TypesCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  TypesCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    TypeList list;
    try (TasknetClient client = dispatcher.client(environment)) {
      list = client.types();
    }
    if (json) {
      environment.out().println(Json.textOf(list));
    } else if (list.types().isEmpty()) {
      environment.out().println("no types: there is no worker and no task");
    } else {
      table(list.types()).forEach(environment.out()::println);
    }
    return ExitCodes.DONE;
  }

  private static List<String> table(List<TypeStatus> types) {
    TextTable table = new TextTable().column("TYPE", Align.LEFT);
    for (String header :
        List.of(
            "WORKERS",
            "FREE",
            "SCHEDULED",
            "QUEUED",
            "RUNNING",
            "RATE",
            "P95",
            "COMPLETED",
            "DEAD")) {
      table.column(header, Align.RIGHT);
    }
    table.column("LIMITS", Align.LEFT);
    for (TypeStatus type : types) {
      table.row(
          type.type(),
          type.workers(),
          type.free() + "/" + type.slots(),
          type.scheduled(),
          type.queued(),
          type.running(),
          rate(type.rates()),
          p95(type.latency()),
          type.completed(),
          type.dead(),
          limits(type));
    }
    return table.lines();
  }

  /** Tasks that are completed, per second. */
  private static String rate(@Nullable TaskRates rates) {
    return rates == null
        ? "-"
        : String.format(
            Locale.ROOT, rates.completed() < 100 ? "%.1f/s" : "%.0f/s", rates.completed());
  }

  private static String p95(@Nullable TaskLatency latency) {
    return latency == null || latency.total() == null ? "-" : Amounts.length(latency.total().p95());
  }

  /** Whether it is paused, and what bounds it has, in a few words. */
  static String limits(TypeStatus type) {
    StringJoiner words = new StringJoiner(", ");
    words.setEmptyValue("-");
    if (type.paused()) {
      words.add("paused");
    }
    TypeStatus.Limits limits = type.limits();
    if (limits != null && limits.running() != null) {
      words.add(limits.running() + " at once");
    }
    if (limits != null && limits.startsPerSecond() != null) {
      words.add(Amounts.number(limits.startsPerSecond()) + "/s");
    }
    if (limits != null && limits.waiting() != null) {
      words.add(limits.waiting() + " waiting");
    }
    return words.toString();
  }
}
