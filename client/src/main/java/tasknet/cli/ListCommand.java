package tasknet.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasknet.cli.TextTable.Align;
import tasknet.client.TaskQuery;
import tasknet.client.TasknetClient;
import tasknet.http.Json;
import tasknet.registry.WorkerId;
import tasknet.task.Fingerprint;
import tasknet.task.InvalidValueException;
import tasknet.task.Labels;
import tasknet.task.TaskPage;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;
import tasknet.task.When;

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
      description = "Only tasks in this state: ${COMPLETION-CANDIDATES}; may be repeated.")
  private List<TaskState> states = List.of();

  @Option(names = "--type", paramLabel = "TYPE", description = "Only tasks of this type.")
  private @Nullable String type;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Only tasks with this label; may be repeated.")
  private Map<String, String> labels = Map.of();

  @Option(
      names = "--worker",
      paramLabel = "NAME",
      description = "Only tasks of which this worker ran an attempt.")
  private @Nullable String worker;

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description =
          "Only tasks whose id, payload, result, error or label contains this, in any case.")
  private @Nullable String text;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = TimeAgoConverter.class,
      description = "Only tasks submitted since then: 15m, 2h, or 2026-01-31T12:00:00Z.")
  private @Nullable When from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = TimeAgoConverter.class,
      description = "Only tasks submitted before then: 15m, 2h, or 2026-01-31T12:00:00Z.")
  private @Nullable When to;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description = "Only tasks that this schedule has made.")
  private @Nullable String schedule;

  @Option(
      names = "--group",
      paramLabel = "FINGERPRINT",
      description = "Only DEAD tasks of this group; tasknet dead shows the groups.")
  private @Nullable String group;

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
    TaskQuery query = query();
    TaskPage page;
    try (TasknetClient client = dispatcher.client(environment)) {
      page = firstTasks(client, query);
    }
    if (json) {
      environment.out().println(Json.textOf(page));
    } else if (page.tasks().isEmpty()) {
      environment.out().println(query.equals(TaskQuery.ALL) ? "no tasks" : "no such tasks");
    } else {
      table(page.tasks(), environment.clock().instant()).forEach(environment.out()::println);
      if (page.next() != null) {
        environment.out().println("there are more; --limit shows more than " + limit);
      }
    }
    return ExitCodes.DONE;
  }

  private TaskQuery query() {
    return TaskQuery.ALL
        .withStates(Set.copyOf(states))
        .withType(type == null ? null : new TaskType(type))
        .withLabels(new Labels(labels).each())
        .withWorker(worker == null ? null : new WorkerId(worker))
        .withText(text)
        .withFrom(from)
        .withTo(to)
        .withSchedule(schedule)
        .withFingerprint(group == null ? null : new Fingerprint(group));
  }

  private TaskPage firstTasks(TasknetClient client, TaskQuery query) throws InterruptedException {
    List<TaskStatus> tasks = new ArrayList<>();
    String cursor = null;
    do {
      int missing = Math.min(limit - tasks.size(), PAGE);
      TaskPage page = client.list(query.withLimit(missing), cursor);
      tasks.addAll(page.tasks());
      cursor = page.next();
    } while (cursor != null && tasks.size() < limit);
    return new TaskPage(tasks, null, cursor);
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
