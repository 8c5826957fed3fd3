package tasknet.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasknet.cli.TextTable.Align;
import tasknet.client.TasknetClient;
import tasknet.http.Json;
import tasknet.task.DeadChange;
import tasknet.task.DeadGroup;
import tasknet.task.DeadPage;
import tasknet.task.Fingerprint;
import tasknet.task.TaskType;

/** {@code tasknet dead}. */
@Command(
    name = "dead",
    description = "List dead tasks in groups of the same error; requeue or delete a group.",
    footer = {
      "",
      "Examples:",
      "  tasknet dead --type hash",
      "  tasknet dead requeue 395d7e44486696c9",
      "  tasknet dead delete 395d7e44486696c9 --yes"
    })
final class DeadCommand implements Callable<Integer> {
  private static final int ERROR_SHOWN = 50;

  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Option(names = "--type", paramLabel = "TYPE", description = "Only tasks of this type.")
  private @Nullable String type;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many groups at most, up to 1000 (${DEFAULT-VALUE}).")
  private int limit = 20;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  DeadCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    DeadPage page;
    try (TasknetClient client = dispatcher.client(environment)) {
      page = client.deadLetters().groups(type == null ? null : new TaskType(type), limit, null);
    }
    if (json) {
      environment.out().println(Json.textOf(page));
    } else if (page.groups().isEmpty()) {
      environment.out().println(type == null ? "no dead tasks" : "no such dead tasks");
    } else {
      table(page.groups(), environment.clock().instant()).forEach(environment.out()::println);
      if (page.next() != null) {
        environment.out().println("there are more; --limit shows more than " + limit);
      }
    }
    return ExitCodes.DONE;
  }

  private static List<String> table(List<DeadGroup> groups, Instant now) {
    TextTable table =
        new TextTable()
            .column("FINGERPRINT", Align.LEFT)
            .column("TYPE", Align.LEFT)
            .column("TASKS", Align.RIGHT)
            .column("LAST", Align.RIGHT)
            .column("ERROR", Align.LEFT);
    for (DeadGroup group : groups) {
      table.row(
          group.fingerprint(),
          group.type(),
          group.tasks(),
          Amounts.age(Duration.between(group.lastAt(), now)),
          TextTable.shortened(group.code() + ": " + group.message(), ERROR_SHOWN));
    }
    return table.lines();
  }

  /** What was done to a group, for people. */
  static String text(String done, DeadChange change) {
    return done
        + " "
        + tasks(change.tasks())
        + (change.done() ? "" : "; the dispatcher goes on with the others");
  }

  static String tasks(long count) {
    return count + (count == 1 ? " task" : " tasks");
  }

  static CommandException unknown(Fingerprint fingerprint) {
    return new CommandException(
        ExitCodes.FAILED, "there is no dead task of the fingerprint " + fingerprint);
  }
}
