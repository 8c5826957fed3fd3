package tasknet.client;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.CatchUp;
import tasknet.task.JsonText;
import tasknet.task.SchedulePage;
import tasknet.task.ScheduleStatus;

/** The calls for schedules in memory; none ticks, and each is due in Berlin's summer. */
final class SmallSchedules implements Consumer<RoutesConfig> {
  private static final int PAGE = 2;
  private static final OffsetDateTime NEXT = OffsetDateTime.parse("2026-03-29T03:00:00+02:00");

  private final NavigableMap<String, ScheduleStatus> schedules = new ConcurrentSkipListMap<>();

  /** What is posted. */
  private record Submitted(
      String name,
      String cron,
      @Nullable String zone,
      JsonText task,
      @Nullable CatchUp catchUp,
      @Nullable Boolean paused) {
    ScheduleStatus status() {
      boolean still = paused != null && paused;
      return new ScheduleStatus(
          name,
          cron,
          zone == null ? "UTC" : zone,
          catchUp == null ? CatchUp.LAST : catchUp,
          still,
          task,
          Instant.parse("2026-01-01T00:00:00Z"),
          still ? List.of() : List.of(NEXT),
          null);
    }
  }

  @Override
  public void accept(RoutesConfig routes) {
    routes.post("/schedules", this::add);
    routes.put("/schedules/{name}", context -> put(context, submitted(context)));
    routes.get("/schedules", this::list);
    routes.get("/schedules/{name}", context -> context.json(find(context)));
    routes.delete(
        "/schedules/{name}",
        context -> {
          context.json(find(context));
          schedules.remove(context.pathParam("name"));
        });
    routes.post("/schedules/{name}/pause", context -> change(context, true));
    routes.post("/schedules/{name}/resume", context -> change(context, false));
  }

  private void add(Context context) {
    ScheduleStatus submitted = submitted(context);
    ScheduleStatus before = schedules.get(submitted.name());
    if (before != null && !before.equals(submitted)) {
      throw new ProblemException(Problem.of(409, "name-taken", "Name taken", "it is taken"));
    }
    put(context, submitted);
  }

  private void put(Context context, ScheduleStatus schedule) {
    context.status(schedules.put(schedule.name(), schedule) == null ? 201 : 200).json(schedule);
  }

  private void list(Context context) {
    String cursor = context.queryParam("cursor");
    List<ScheduleStatus> rest =
        List.copyOf(schedules.tailMap(cursor == null ? "" : cursor, false).values());
    List<ScheduleStatus> page = rest.subList(0, Math.min(PAGE, rest.size()));
    context.json(new SchedulePage(page, page.size() < rest.size() ? page.getLast().name() : null));
  }

  private void change(Context context, boolean paused) {
    ScheduleStatus before = find(context);
    put(
        context,
        new Submitted(
                before.name(),
                before.cron(),
                before.zone(),
                before.task(),
                before.catchUp(),
                paused)
            .status());
  }

  private ScheduleStatus find(Context context) {
    ScheduleStatus found = schedules.get(context.pathParam("name"));
    if (found == null) {
      throw new ProblemException(Problem.notFound("there is no such schedule"));
    }
    return found;
  }

  private static ScheduleStatus submitted(Context context) {
    return Json.mapper().readValue(context.body(), Submitted.class).status();
  }
}
