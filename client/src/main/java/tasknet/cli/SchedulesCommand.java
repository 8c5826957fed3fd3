package tasknet.cli;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import tasknet.cli.TextTable.Align;
import tasknet.client.ScheduleSubmission;
import tasknet.client.TaskSubmission;
import tasknet.client.TasknetClient;
import tasknet.http.Json;
import tasknet.task.CatchUp;
import tasknet.task.JsonText;
import tasknet.task.SchedulePage;
import tasknet.task.ScheduleStatus;
import tasknet.task.When;

/** {@code tasknet schedules}, with a command of its own for each thing that is done to one. */
@Command(
    name = "schedules",
    description = "List the schedules; add, show, pause, resume or delete one.",
    footer = {
      "",
      "Examples:",
      "  tasknet schedules add nightly '30 2 * * *' report '{}' --zone Europe/Berlin",
      "  tasknet schedules show nightly"
    })
final class SchedulesCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one line of JSON.")
  private boolean json;

  SchedulesCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  /** What is done to one schedule. */
  @FunctionalInterface
  private interface Change {
    Optional<ScheduleStatus> apply(TasknetClient client) throws InterruptedException;
  }

  @Override
  public Integer call() throws InterruptedException {
    SchedulePage all;
    try (TasknetClient client = dispatcher.client(environment)) {
      all = all(client);
    }
    if (json) {
      environment.out().println(Json.textOf(all));
    } else if (all.schedules().isEmpty()) {
      environment.out().println("no schedules");
    } else {
      table(all.schedules()).forEach(environment.out()::println);
    }
    return ExitCodes.DONE;
  }

  @Command(
      name = "add",
      description = "Make a schedule: hand in a task whenever a cron expression says so.")
  Integer add(
      @Mixin DispatcherOption where,
      @Parameters(index = "0", paramLabel = "NAME", description = "What it is called.") String name,
      @Parameters(
              index = "1",
              paramLabel = "CRON",
              description =
                  "Minute, hour, day of month, month, day of week, in quotes: '30 2 * * 1-5'.")
          String cron,
      @Parameters(index = "2", paramLabel = "TYPE", description = "The type of its tasks.")
          String type,
      @Parameters(
              index = "3",
              paramLabel = "PAYLOAD",
              description =
                  "JSON; what is not JSON is taken as a text. - reads it from standard input.")
          String payload,
      @Option(
              names = "--zone",
              paramLabel = "ZONE",
              description = "On whose clocks, such as Europe/Berlin; UTC when nothing is said.")
          @Nullable String zone,
      @Option(
              names = "--catch-up",
              paramLabel = "RULE",
              description =
                  "What becomes of missed ticks: none, last (one task for all) or all."
                      + " Default: last")
          @Nullable String catchUp,
      @Option(names = "--paused", description = "Make no tasks until it is resumed.")
          boolean paused,
      @Option(names = "--replace", description = "Take the place of the one of that name.")
          boolean replace,
      @Option(
              names = "--timeout",
              paramLabel = "DURATION",
              converter = DurationConverter.class,
              description = "How long one attempt may run.")
          @Nullable Duration timeout,
      @Option(
              names = "--max-attempts",
              paramLabel = "N",
              description = "How many attempts may fail; 1 means at most once.")
          @Nullable Integer maxAttempts,
      @Option(
              names = "--deadline",
              paramLabel = "DURATION",
              converter = DurationConverter.class,
              description = "Not started and not tried again after this time.")
          @Nullable Duration deadline,
      @Option(
              names = "--priority",
              paramLabel = "N",
              description = "0 to 9; 9 is the most urgent, 4 when nothing is said.")
          @Nullable Integer priority,
      @Option(
              names = "--label",
              paramLabel = "KEY=VALUE",
              description = "Mark the tasks, to find them by; may be repeated.")
          @Nullable Map<String, String> labels,
      @Option(
              names = "--callback",
              paramLabel = "URL",
              description = "Called with each outcome; the dispatcher must allow its host.")
          @Nullable URI callback)
      throws InterruptedException {
    JsonText value = PayloadArgument.read(payload, false, environment.in());
    TaskSubmission task =
        TaskSubmission.of(type, value)
            .withTimeout(timeout)
            .withMaxAttempts(maxAttempts)
            .withDeadline(deadline == null ? null : new When.In(deadline))
            .withPriority(priority)
            .withLabels(labels)
            .withCallback(callback);
    ScheduleSubmission schedule =
        new ScheduleSubmission(
            name,
            cron,
            zone,
            task,
            catchUp == null ? null : CatchUp.parse(catchUp),
            paused ? Boolean.TRUE : null);
    return shown(
        where,
        name,
        client ->
            Optional.of(
                replace ? client.schedules().put(schedule) : client.schedules().add(schedule)));
  }

  @Command(name = "show", description = "Show a schedule with its next ticks and its last run.")
  Integer show(@Mixin DispatcherOption where, @Parameters(paramLabel = "NAME") String name)
      throws InterruptedException {
    return shown(where, name, client -> client.schedules().find(name));
  }

  @Command(name = "pause", description = "Let it make no tasks until it is resumed.")
  Integer pause(@Mixin DispatcherOption where, @Parameters(paramLabel = "NAME") String name)
      throws InterruptedException {
    return shown(where, name, client -> client.schedules().pause(name));
  }

  @Command(name = "resume", description = "Let it make tasks again, from now on.")
  Integer resume(@Mixin DispatcherOption where, @Parameters(paramLabel = "NAME") String name)
      throws InterruptedException {
    return shown(where, name, client -> client.schedules().resume(name));
  }

  @Command(name = "delete", description = "Remove a schedule; its tasks stay.")
  Integer delete(@Mixin DispatcherOption where, @Parameters(paramLabel = "NAME") String name)
      throws InterruptedException {
    try (TasknetClient client = where.client(environment)) {
      if (client.schedules().delete(name).isEmpty()) {
        throw unknown(name);
      }
    }
    environment.out().println("deleted " + name);
    return ExitCodes.DONE;
  }

  private Integer shown(DispatcherOption where, String name, Change change)
      throws InterruptedException {
    try (TasknetClient client = where.client(environment)) {
      ScheduleStatus schedule = change.apply(client).orElseThrow(() -> unknown(name));
      if (json) {
        environment.out().println(Json.textOf(schedule));
      } else {
        lines(schedule, environment.clock().instant()).forEach(environment.out()::println);
      }
    }
    return ExitCodes.DONE;
  }

  private static CommandException unknown(String name) {
    return new CommandException(ExitCodes.FAILED, "there is no schedule " + name);
  }

  private static SchedulePage all(TasknetClient client) throws InterruptedException {
    List<ScheduleStatus> schedules = new ArrayList<>();
    String cursor = null;
    do {
      SchedulePage page = client.schedules().list(cursor);
      schedules.addAll(page.schedules());
      cursor = page.next();
    } while (cursor != null);
    return new SchedulePage(schedules, null);
  }

  private static List<String> table(List<ScheduleStatus> schedules) {
    TextTable table =
        new TextTable()
            .column("NAME", Align.LEFT)
            .column("CRON", Align.LEFT)
            .column("ZONE", Align.LEFT)
            .column("NEXT", Align.LEFT)
            .column("LAST TASK", Align.LEFT);
    for (ScheduleStatus schedule : schedules) {
      table.row(
          schedule.name(),
          schedule.cron(),
          schedule.zone(),
          schedule.paused()
              ? "paused"
              : schedule.next().isEmpty() ? "-" : schedule.next().getFirst(),
          schedule.lastRun() == null ? "-" : schedule.lastRun().task());
    }
    return table.lines();
  }

  private static List<String> lines(ScheduleStatus schedule, Instant now) {
    List<String> lines = new ArrayList<>();
    add(lines, "name", schedule.name());
    add(lines, "cron", schedule.cron());
    add(lines, "zone", schedule.zone());
    add(lines, "catch-up", schedule.catchUp());
    add(lines, "task", schedule.task());
    if (schedule.paused()) {
      add(lines, "next", "paused");
    }
    schedule
        .next()
        .forEach(
            tick ->
                add(
                    lines,
                    "next",
                    tick + " (in " + Amounts.age(Duration.between(now, tick.toInstant())) + ")"));
    ScheduleStatus.Run last = schedule.lastRun();
    add(lines, "last", last == null ? "-" : last.tick() + "  " + last.task());
    return lines;
  }

  private static void add(List<String> lines, String field, Object value) {
    lines.add(String.format("%-8s  %s", field, value.toString().replaceAll("\\p{Cntrl}", " ")));
  }
}
