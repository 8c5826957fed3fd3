package tasknet.dispatcher.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.store.Schedules;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.store.TaskFilter;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.Schedule;
import tasknet.dispatcher.testkit.LogLines;
import tasknet.task.CatchUp;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.ScheduleStatus;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;
import tasknet.tracing.Tracing;

/** Schedules on a real store, in a time that stands still until a test moves it. */
@Timeout(60)
class ScheduleTicksIT {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;
  private final LogLines log = new LogLines();
  private final TestClock clock = new TestClock(); // 2026-01-01T00:00:00Z
  private final TaskIds ids = new TaskIds(clock, new Random(1));
  private final List<QueuedTask> added = new ArrayList<>();
  private long room = Long.MAX_VALUE;
  private boolean allowed = true;

  @SuppressWarnings("NullAway.Init")
  private SqliteTaskStore store;

  @SuppressWarnings("NullAway.Init")
  private ScheduleTicks ticks;

  @BeforeEach
  void start() {
    start(SqliteTaskStore.Options.DEFAULT_MAX_BYTES);
  }

  private void start(long maxBytes) {
    store = new SqliteTaskStore(new SqliteTaskStore.Options(folder, maxBytes), log.logger());
    store.start();
    ticks = ticks(store.schedules());
  }

  private ScheduleTicks ticks(Schedules schedules) {
    ScheduleTicks made =
        new ScheduleTicks(
            schedules,
            (task, _) -> {
              if (!allowed) {
                throw new InvalidValueException("task.type", "x", "another");
              }
              return TaskRequest.of(new TaskType("hash"), task);
            },
            ids,
            () -> room - added.size(),
            added::add,
            Tracing.OFF,
            clock,
            clock,
            log.logger());
    made.changed();
    return made;
  }

  @AfterEach
  void stop() {
    store.close();
    assertThat(log.errors()).isEmpty();
  }

  private void restart() {
    store.close();
    start();
  }

  // ---- ticks -----------------------------------------------------------------------------------

  @Test
  void aTickMakesOneTaskWhenItsTimeHasCome() {
    add("hourly", "0 * * * *", CatchUp.LAST);
    pass(HOUR.minusSeconds(1));
    assertThat(added).isEmpty();

    pass(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));

    assertThat(added).hasSize(1);
    TaskStatus task = store.find(added.getFirst().id()).orElseThrow();
    assertThat(task.state()).isEqualTo(TaskState.QUEUED);
    assertThat(task.schedule()).isEqualTo(new ScheduledTick("hourly", at(1)));
    assertThat(task.payload()).isEqualTo(new JsonText("{\"type\":\"hash\"}"));
    assertThat(added.getFirst().request().terms().schedule()).isEqualTo(task.schedule());
    assertThat(find("hourly").nextAt()).isEqualTo(at(2));
    assertThat(find("hourly").lastRun()).isEqualTo(new ScheduleStatus.Run(at(1), task.id()));
    assertThat(ticks.counters().run()).isEqualTo(1);
  }

  @Test
  void nothingIsLookedForBeforeTheNextTickButOnceAMinute() {
    add("hourly", "30 * * * *", CatchUp.LAST);
    clock.advance(Duration.ofMinutes(29).plusSeconds(30));

    assertThat(work()).isEqualTo(clock.nanoTime() + Duration.ofSeconds(30).toNanos());
    store.schedules().delete("hourly").join();
    clock.advance(Duration.ofSeconds(30));
    assertThat(work()).isEqualTo(clock.nanoTime() + Duration.ofMinutes(1).toNanos());
  }

  @Test
  void ticksAreListedBySchedule() {
    add("one", "0 * * * *", CatchUp.ALL);
    add("other", "0 */2 * * *", CatchUp.ALL);
    pass(HOUR.multipliedBy(6));

    TaskFilter one = TaskFilter.ALL.withSchedule("one");
    assertThat(store.list(one, 100))
        .extracting(task -> Objects.requireNonNull(task.schedule()).tick())
        .containsExactly(at(6), at(5), at(4), at(3), at(2), at(1));
    TaskFilter page =
        one.withStates(Set.of(TaskState.QUEUED)).after(store.list(one, 2).getLast().id());
    assertThat(store.list(page, 3))
        .extracting(task -> Objects.requireNonNull(task.schedule()).tick())
        .containsExactly(at(4), at(3), at(2));
  }

  @Test
  void manySchedulesThatTickAtOnceEachMakeOneTask() {
    IntStream.range(0, 10_000)
        .mapToObj(number -> schedule("schedule-" + number, "0 * * * *", CatchUp.LAST))
        .map(store.schedules()::put)
        .toList()
        .forEach(CompletableFuture::join);
    ticks.changed();
    pass(HOUR);

    assertThat(added)
        .extracting(task -> Objects.requireNonNull(task.request().terms().schedule()).name())
        .hasSize(10_000)
        .doesNotHaveDuplicates();
  }

  // ---- restart, and clocks that are set --------------------------------------------------------

  @Test
  void aRestartBetweenAndAtTicksNeitherLosesNorDoublesOne() {
    add("hourly", "0 * * * *", CatchUp.LAST);
    for (int hour = 0; hour < 5; hour++) {
      pass(HOUR.minusSeconds(1));
      restart();
      pass(Duration.ofSeconds(1));
      restart();
      pass(Duration.ZERO);
    }

    assertThat(runTicks("hourly")).containsExactly(at(1), at(2), at(3), at(4), at(5));
  }

  @Test
  void whatWasMissedIsCaughtUpByTheRule() {
    add("none", "0 * * * *", CatchUp.NONE);
    add("last", "0 * * * *", CatchUp.LAST);
    add("all", "0 * * * *", CatchUp.ALL);
    pass(HOUR);
    restart();
    clock.advance(HOUR.multipliedBy(3).plusMinutes(10));
    pass(Duration.ZERO);

    assertThat(runTicks("none")).containsExactly(at(1));
    assertThat(runTicks("last")).containsExactly(at(1), at(4));
    assertThat(runTicks("all")).containsExactly(at(1), at(2), at(3), at(4));
    assertThat(ticks.counters().missed()).isEqualTo(3 + 2);
    pass(Duration.ofMinutes(50));
    for (String name : List.of("none", "last", "all")) {
      assertThat(runTicks(name)).last().isEqualTo(at(5));
    }
  }

  @Test
  void manyMissedTicksAreCaughtUpInBatchesEachOnce() {
    add("minutes", "* * * * *", CatchUp.ALL);
    clock.advance(Duration.ofMinutes(950));
    pass(Duration.ZERO);

    assertThat(runTicks("minutes")).hasSize(950).doesNotHaveDuplicates().isSorted();
    assertThat(ticks.counters().missed()).isZero();
  }

  @Test
  void aClockThatIsSetBackRunsNoTickAgain() {
    add("hourly", "0 * * * *", CatchUp.ALL);
    pass(HOUR.multipliedBy(3));
    assertThat(added).hasSize(3);

    clock.advance(HOUR.multipliedBy(-2));
    ticks = ticks(store.schedules()); // its nano clock went back, too
    pass(HOUR.multipliedBy(2));
    assertThat(added).hasSize(3);

    pass(HOUR);
    assertThat(runTicks("hourly")).containsExactly(at(1), at(2), at(3), at(4));
  }

  // ---- races -----------------------------------------------------------------------------------

  @Test
  void twoThatSeeTheSameTickMakeOneTask() {
    add("hourly", "0 * * * *", CatchUp.LAST);
    ScheduleTicks other = ticks(store.schedules());
    clock.advance(HOUR);
    ticks.work();
    other.work();

    assertThat(runTicks("hourly")).containsExactly(at(1));
  }

  @Test
  void whatWasReadBeforeAChangeMakesNoTask() {
    add("hourly", "0 * * * *", CatchUp.LAST);
    clock.advance(HOUR);
    Schedule read = store.schedules().due(clock.instant(), 9).getFirst();
    add("hourly", "0 * * * *", CatchUp.LAST); // the same again, replaced

    ScheduleTicks late = ticks(new ReadBefore(store.schedules(), read));
    late.work();

    assertThat(added).isEmpty();
    assertThat(find("hourly").version()).isNotEqualTo(read.version());
  }

  // ---- no room ---------------------------------------------------------------------------------

  @Test
  void whileTheQueueIsFullATickWaits() {
    add("hourly", "0 * * * *", CatchUp.LAST);
    room = 0;
    pass(HOUR);
    pass(Duration.ofSeconds(5));
    assertThat(added).isEmpty();
    assertThat(ticks.counters().held()).isPositive();
    assertThat(find("hourly").nextAt()).isEqualTo(at(1));

    room = 1;
    pass(Duration.ofSeconds(1));

    assertThat(runTicks("hourly")).containsExactly(at(1));
  }

  @Test
  void catchingUpStopsWhereTheQueueIsFullAndGoesOnLater() {
    add("hourly", "0 * * * *", CatchUp.ALL);
    room = 2;
    clock.advance(HOUR.multipliedBy(5));
    pass(Duration.ZERO);
    assertThat(runTicks("hourly")).containsExactly(at(1), at(2));

    room = 100;
    pass(Duration.ofSeconds(1));

    assertThat(runTicks("hourly")).containsExactly(at(1), at(2), at(3), at(4), at(5));
  }

  @Test
  void whatIsNotAllowedAnyMoreMakesNoTaskAndHoldsUpNoOther() {
    add("hourly", "0 * * * *", CatchUp.LAST);
    allowed = false;
    pass(HOUR);
    assertThat(added).isEmpty();
    assertThat(ticks.counters().failed()).isEqualTo(1);

    allowed = true;
    pass(HOUR);
    assertThat(runTicks("hourly")).containsExactly(at(2));
  }

  // ---- what persons do -------------------------------------------------------------------------

  @Test
  void whatIsPausedTicksNotAndCatchesNothingUp() {
    add("hourly", "0 * * * *", CatchUp.ALL);
    store.schedules().change("hourly", Schedule::pause).join();
    ticks.changed();
    pass(HOUR.multipliedBy(3).plusMinutes(1));
    restart();
    store.schedules().change("hourly", it -> it.resume(at(4))).join();
    ticks.changed();
    pass(HOUR);

    assertThat(runTicks("hourly")).containsExactly(at(4));
  }

  @Test
  void whatIsReplacedKeepsItsLastRunAndWhatIsDeletedItsTasks() {
    add("hourly", "0 * * * *", CatchUp.LAST);
    pass(HOUR);
    Schedule before = find("hourly");
    add("hourly", "30 * * * *", CatchUp.NONE);

    assertThat(find("hourly").lastRun()).isEqualTo(before.lastRun());
    assertThat(find("hourly").createdAt()).isEqualTo(before.createdAt());
    assertThat(store.schedules().delete("hourly").join()).isPresent();
    assertThat(store.schedules().delete("hourly").join()).isEmpty();
    pass(HOUR);
    assertThat(runTicks("hourly")).containsExactly(at(1));
  }

  @Test
  void schedulesAreListedByNameInPagesAndAddedOnce() {
    for (String name : List.of("c", "a", "b")) {
      assertThat(store.schedules().add(schedule(name, "0 * * * *", CatchUp.LAST)).join()).isEmpty();
    }
    assertThat(store.schedules().add(schedule("b", "1 * * * *", CatchUp.LAST)).join())
        .get()
        .extracting(Schedule::cron)
        .isEqualTo("0 * * * *");
    assertThat(store.schedules().list(null, 2))
        .extracting(Schedule::name)
        .containsExactly("a", "b");
    assertThat(store.schedules().list("b", 2)).extracting(Schedule::name).containsExactly("c");
  }

  // ---- small things ----------------------------------------------------------------------------

  private void add(String name, String cron, CatchUp catchUp) {
    store.schedules().put(schedule(name, cron, catchUp)).join();
    ticks.changed();
    ticks.work();
  }

  private Schedule schedule(String name, String cron, CatchUp catchUp) {
    Instant now = clock.instant();
    return new Schedule(
        name,
        0,
        cron,
        "UTC",
        catchUp,
        new JsonText("{\"type\":\"hash\"}"),
        false,
        now,
        CronTimes.of(cron, CronTimes.zone("UTC")).next(now),
        null);
  }

  /** Lets time pass, and all happen that is due on the way. */
  private void pass(Duration duration) {
    Instant end = clock.instant().plus(duration);
    work();
    while (clock.instant().isBefore(end)) {
      Duration left = Duration.between(clock.instant(), end);
      clock.advance(left.compareTo(HOUR) > 0 ? HOUR : left);
      work();
    }
  }

  /** Until there is nothing to do now. */
  private @Nullable Long work() {
    Long next = ticks.work();
    while (next != null && next - clock.nanoTime() <= 0) {
      next = ticks.work();
    }
    return next;
  }

  private List<Instant> runTicks(String name) {
    return store.list(TaskFilter.ALL.withSchedule(name), 10_000).reversed().stream()
        .map(task -> Objects.requireNonNull(task.schedule()).tick())
        .toList();
  }

  private Schedule find(String name) {
    return store.schedules().find(name).orElseThrow();
  }

  private static Instant at(int hour) {
    return Instant.parse("2026-01-01T00:00:00Z").plus(HOUR.multipliedBy(hour));
  }
}
