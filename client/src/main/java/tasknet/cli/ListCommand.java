package tasknet.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasknet.cli.TextTable.Align;
import tasknet.client.TaskQuery;
import tasknet.client.TasknetClient;
import tasknet.http.Json;
import tasknet.task.InvalidValueException;
import tasknet.task.Labels;
import tasknet.task.TaskPage;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/** {@code tasknet list}. */
@Command(name = "list", description = "List tasks, newest first.")
final class ListCommand implements Callable<Integer> {
  private static final int PAGE = 100;
  private static final int MOST = 10_000;
  private static final int GIST_SHOWN = 38;

  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only tasks in this state: ${COMPLETION-CANDIDATES}.")
  private @Nullable TaskState state;

  @Option(names = "--type", paramLabel = "TYPE", description = "Only tasks of this type.")
  private @Nullable String type;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Only tasks with this label; may be repeated.")
  private Map<String, String> labels = Map.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many at most (${DEFAULT-VALUE}).")
  private int limit = 20;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  ListCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (limit < 1 || limit > MOST) {
      throw new InvalidValueException("--limit", limit, "a whole number from 1 to " + MOST);
    }
    TaskType wanted = type == null ? null : new TaskType(type);
    TaskPage page;
    try (TasknetClient client = dispatcher.client(environment)) {
      page = firstTasks(client, wanted);
    }
    if (json) {
      environment.out().println(Json.textOf(page));
    } else if (page.tasks().isEmpty()) {
      environment
          .out()
          .println(
              state == null && type == null && labels.isEmpty() ? "no tasks" : "no such tasks");
    } else {
      table(page.tasks(), environment.clock().instant()).forEach(environment.out()::println);
      if (page.next() != null) {
        environment.out().println("there are more; --limit shows more than " + limit);
      }
    }
    return ExitCodes.DONE;
  }

  private TaskPage firstTasks(TasknetClient client, @Nullable TaskType wanted)
      throws InterruptedException {
    List<TaskStatus> tasks = new ArrayList<>();
    String cursor = null;
    do {
      int missing = Math.min(limit - tasks.size(), PAGE);
      TaskPage page =
          client.list(new TaskQuery(state, wanted, missing, new Labels(labels).each()), cursor);
      tasks.addAll(page.tasks());
      cursor = page.next();
    } while (cursor != null && tasks.size() < limit);
    return new TaskPage(tasks, cursor);
  }

  private static List<String> table(List<TaskStatus> tasks, Instant now) {
    TextTable table =
        new TextTable()
            .column("ID", Align.LEFT)
            .column("TYPE", Align.LEFT)
            .column("STATE", Align.LEFT)
            .column("AGE", Align.RIGHT)
            .column("RESULT OR ERROR", Align.LEFT);
    for (TaskStatus task : tasks) {
      table.row(
          task.id(),
          task.type(),
          task.state(),
          Amounts.age(Duration.between(task.createdAt(), now)),
          TextTable.shortened(TaskText.gist(task), GIST_SHOWN));
    }
    return table.lines();
  }
}
