package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tasknet.dispatcher.schedule.CronTimes;
import tasknet.dispatcher.schedule.ScheduleTicks;
import tasknet.dispatcher.store.Schedules;
import tasknet.dispatcher.task.Schedule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.InvalidValueException;
import tasknet.task.SchedulePage;
import tasknet.task.ScheduleStatus;
import tasknet.task.TaskRequest;

/** Making, showing, pausing and deleting schedules. */
final class ScheduleApi {
  private static final int NEXT_SHOWN = 5;

  private final Schedules schedules;
  private final ScheduleTicks ticks;
  private final Admission admission;
  private final TypeRules rules;
  private final InstantSource clock;
  private final Executor executor;

  /**
   * @param executor where answers are made
   */
  ScheduleApi(
      Schedules schedules,
      ScheduleTicks ticks,
      Admission admission,
      TypeRules rules,
      InstantSource clock,
      Executor executor) {
    this.schedules = schedules;
    this.ticks = ticks;
    this.admission = admission;
    this.rules = rules;
    this.clock = clock;
    this.executor = executor;
  }

  void routes(RoutesConfig routes) {
    routes.post("/schedules", context -> context.future(() -> add(context)));
    routes.get("/schedules", this::list);
    routes.get("/schedules/{name}", this::find);
    routes.put("/schedules/{name}", context -> context.future(() -> put(context)));
    routes.post("/schedules/{name}/pause", context -> context.future(() -> pause(context)));
    routes.post("/schedules/{name}/resume", context -> context.future(() -> resume(context)));
    routes.delete("/schedules/{name}", context -> context.future(() -> delete(context)));
  }

  private CompletableFuture<?> add(Context context) {
    ScheduleSubmission submission = ScheduleSubmission.read(context.bodyAsBytes());
    Schedule schedule = checked(submission.schedule(null, clock.instant()));
    return Admission.told(schedules.add(schedule))
        .thenAcceptAsync(
            before -> {
              if (before.isEmpty()) {
                ticks.changed();
                created(context, schedule);
              } else if (before.get().saysTheSameAs(schedule)) {
                context.json(status(before.get(), NEXT_SHOWN));
              } else {
                throw new ProblemException(
                    Problem.of(
                        409,
                        "name-taken",
                        "Name taken",
                        "there is another schedule "
                            + schedule.name()
                            + "; PUT /schedules/"
                            + schedule.name()
                            + " replaces it"));
              }
            },
            executor);
  }

  private CompletableFuture<?> put(Context context) {
    ScheduleSubmission submission = ScheduleSubmission.read(context.bodyAsBytes());
    Schedule schedule = checked(submission.schedule(context.pathParam("name"), clock.instant()));
    return Admission.told(schedules.put(schedule))
        .thenAcceptAsync(
            created -> {
              ticks.changed();
              if (created) {
                created(context, schedule);
              } else {
                answer(context, schedules.find(schedule.name()));
              }
            },
            executor);
  }

  private void created(Context context, Schedule schedule) {
    context.status(201).header("Location", "/schedules/" + schedule.name());
    context.json(status(schedule, NEXT_SHOWN));
  }

  private Schedule checked(Schedule schedule) {
    TaskRequest task = ScheduleSubmission.task(schedule.task(), rules, clock.instant());
    admission.checkContent(task, "task");
    return schedule;
  }

  private CompletableFuture<?> pause(Context context) {
    return schedules
        .change(context.pathParam("name"), Schedule::pause)
        .thenAcceptAsync(paused -> answer(context, paused), executor);
  }

  private CompletableFuture<?> resume(Context context) {
    Instant now = clock.instant();
    return schedules
        .change(
            context.pathParam("name"),
            schedule -> {
              Instant next = times(schedule).next(now);
              return schedule.paused() && next != null ? schedule.resume(next) : schedule;
            })
        .thenAcceptAsync(
            resumed -> {
              ticks.changed();
              answer(context, resumed);
            },
            executor);
  }

  private CompletableFuture<?> delete(Context context) {
    return schedules
        .delete(context.pathParam("name"))
        .thenAcceptAsync(deleted -> answer(context, deleted), executor);
  }

  private void find(Context context) {
    answer(context, schedules.find(context.pathParam("name")));
  }

  private void answer(Context context, Optional<Schedule> schedule) {
    context.json(
        schedule
            .map(it -> status(it, NEXT_SHOWN))
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.notFound("there is no schedule " + context.pathParam("name")))));
  }

  private void list(Context context) {
    int limit = ListQuery.limit(context.queryParam("limit"));
    List<Schedule> found = schedules.list(context.queryParam("cursor"), limit + 1);
    boolean more = found.size() > limit;
    List<Schedule> shown = more ? found.subList(0, limit) : found;
    context.json(
        new SchedulePage(
            shown.stream().map(schedule -> status(schedule, 1)).toList(),
            more ? shown.getLast().name() : null));
  }

  private static ScheduleStatus status(Schedule schedule, int ticks) {
    return new ScheduleStatus(
        schedule.name(),
        schedule.cron(),
        schedule.zone(),
        schedule.catchUp(),
        schedule.paused(),
        schedule.task(),
        schedule.createdAt(),
        next(schedule, ticks),
        schedule.lastRun());
  }

  private static List<OffsetDateTime> next(Schedule schedule, int ticks) {
    Instant first = schedule.nextAt();
    if (first == null) {
      return List.of();
    }
    try {
      ZoneId zone = CronTimes.zone(schedule.zone());
      return (ticks == 1 ? List.of(first) : times(schedule).from(first, ticks))
          .stream().map(tick -> tick.atZone(zone).toOffsetDateTime()).toList();
    } catch (InvalidValueException e) {
      return List.of(); // another version of the program had allowed it
    }
  }

  private static CronTimes times(Schedule schedule) {
    return CronTimes.of(schedule.cron(), CronTimes.zone(schedule.zone()));
  }
}
