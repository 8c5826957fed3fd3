package tasknet.dispatcher.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Schedules;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.Schedule;
import tasknet.dispatcher.task.Ticks;
import tasknet.runtime.EventLoop;
import tasknet.runtime.NanoClock;
import tasknet.task.InvalidValueException;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.tracing.PastSpan;
import tasknet.tracing.Tracing;

/**
 * Makes the tasks of schedules when they tick. A tick is one transaction, which compares the
 * schedule with what was read of it, adds the task and goes on to the next tick; so none makes two,
 * whatever ends in between. It has a thread of its own, which may wait for the store, and which
 * sleeps until the first tick of all.
 *
 * <p>When the queue is full or the store has no room the ticks stay due, and are tried again after
 * a second; what comes late then is dealt with by the rule for catching up.
 */
public final class ScheduleTicks implements EventLoop.Owner, AutoCloseable {
  private static final int SCHEDULES_AT_ONCE = 100;
  private static final int TASKS_AT_ONCE = 100;
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  /** A longer sleep is cut, so that a time of day that was set is noticed. */
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

  private final Schedules schedules;
  private final TaskTemplate template;
  private final TaskIds ids;
  private final LongSupplier room;
  private final Consumer<QueuedTask> added;
  private final Tracing tracing;
  private final InstantSource clock;
  private final NanoClock nanos;
  private final Logger log;
  private final TickCounters counters = new TickCounters();
  private final EventLoop loop;
  private @Nullable Long lookAt;
  private boolean held;

  /**
   * @param room how many tasks the queue takes
   * @param added told of each task after its commit
   * @param tracing where the spans of ticks go
   */
  public ScheduleTicks(
      Schedules schedules,
      TaskTemplate template,
      TaskIds ids,
      LongSupplier room,
      Consumer<QueuedTask> added,
      Tracing tracing,
      InstantSource clock,
      NanoClock nanos,
      Logger log) {
    this.schedules = schedules;
    this.template = template;
    this.ids = ids;
    this.room = room;
    this.added = added;
    this.tracing = tracing;
    this.clock = clock;
    this.nanos = nanos;
    this.log = log;
    loop =
        new EventLoop(
            "schedules", nanos, this, (_, fault) -> log.error("a fault in the schedules", fault));
  }

  /** Takes up what was missed, and begins to tick; the store is started. */
  public void start() {
    changed();
    loop.start();
  }

  /** What the thread does again and again; for tests, which start none. */
  @Nullable Long work() {
    return loop.turn();
  }

  /** A schedule is another one than before. */
  public void changed() {
    loop.execute(() -> lookAt = nanos.nanoTime());
  }

  public TickCounters counters() {
    return counters;
  }

  /** Lets the ticks that are under way finish; the others stay due. */
  @Override
  public void close() {
    loop.close();
  }

  @Override
  public @Nullable Long turn(long now) {
    if (lookAt != null && lookAt - now <= 0) {
      lookAt = now + TRY_AGAIN.toNanos(); // unless this look succeeds
      lookAt = nanos.nanoTime() + look().toNanos();
    }
    return lookAt;
  }

  /** Deals with what is due. Answers when to look again. */
  private Duration look() {
    try {
      Instant now = clock.instant();
      List<Schedule> due = schedules.due(now, SCHEDULES_AT_ONCE);
      if (due.isEmpty()) {
        return untilNext(now);
      }
      long free = room.getAsLong();
      if (free <= 0) {
        return hold("the queue is full");
      }
      run(due, now, free);
      if (held) {
        held = false;
        log.info("schedules tick again");
      }
      return Duration.ZERO;
    } catch (StoreException e) {
      return hold(String.valueOf(e.getMessage()));
    }
  }

  private Duration untilNext(Instant now) {
    return schedules
        .nextTick()
        .map(next -> Duration.between(now, next))
        .filter(wait -> wait.compareTo(LONGEST_SLEEP) < 0)
        .orElse(LONGEST_SLEEP);
  }

  private Duration hold(String reason) {
    counters.held.increment();
    if (!held) {
      held = true;
      log.warn("schedules that are due have to wait cause={}", reason);
    }
    return TRY_AGAIN;
  }

  /** All at a time, so that they share commits. */
  private void run(List<Schedule> due, Instant now, long free) {
    List<Runnable> commits = new ArrayList<>();
    long left = free;
    for (Schedule schedule : due) {
      if (left > 0) {
        TickPlan plan = plan(schedule, now, (int) Math.min(left, TASKS_AT_ONCE));
        left -= plan.run().size();
        commits.add(begin(schedule, plan, now));
      }
    }
    StoreException failure = null;
    for (Runnable commit : commits) {
      try {
        commit.run();
      } catch (StoreException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private TickPlan plan(Schedule schedule, Instant now, int most) {
    Instant due = schedule.nextAt();
    try {
      CronTimes times = CronTimes.of(schedule.cron(), CronTimes.zone(schedule.zone()));
      return TickPlan.of(schedule.catchUp(), times, due == null ? now : due, now, most);
    } catch (InvalidValueException e) { // another version of the program had allowed it
      log.error("a schedule ticks no more schedule={} cause={}", schedule.name(), e.getMessage());
      return new TickPlan(List.of(), null, 1);
    }
  }

  /** Hands the ticks of a schedule to the store. The answer waits for their commit. */
  private Runnable begin(Schedule schedule, TickPlan plan, Instant now) {
    List<Ticks.Made> tasks = tasks(schedule, plan, now);
    int failed = plan.run().size() - tasks.size();
    CompletableFuture<Optional<List<QueuedTask>>> commit =
        schedules.tick(new Ticks(schedule, tasks, plan.next()), now);
    return () -> {
      try {
        commit.join().ifPresent(made -> committed(schedule, plan, made, failed));
      } catch (CompletionException e) {
        throw e.getCause() instanceof StoreException cause ? cause : e;
      }
    };
  }

  private List<Ticks.Made> tasks(Schedule schedule, TickPlan plan, Instant now) {
    try {
      TaskRequest request = template.at(schedule.task(), now);
      return plan.run().stream()
          .map(
              tick ->
                  new Ticks.Made(
                      ids.next(),
                      request.with(
                          request
                              .terms()
                              .withSchedule(new ScheduledTick(schedule.name(), tick))
                              .withTrace(tracing.begin(null)))))
          .toList();
    } catch (InvalidValueException e) {
      log.warn("a schedule makes no task schedule={} cause={}", schedule.name(), e.getMessage());
      return List.of();
    }
  }

  /** A tick is to its task what a request is to others. */
  private void record(Schedule schedule, QueuedTask task) {
    tracing.record(
        new PastSpan(
            task.request().terms().trace(),
            null,
            "schedule",
            PastSpan.Kind.INTERNAL,
            task.createdAt(),
            clock.instant(),
            Map.of("tasknet.schedule", schedule.name()),
            null));
  }

  private void committed(Schedule schedule, TickPlan plan, List<QueuedTask> made, int failed) {
    counters.run.add(made.size());
    counters.failed.add(failed);
    counters.missed.add(plan.missed());
    if (plan.missed() > 0) {
      log.info(
          "ticks were missed and left out schedule={} catchUp={} ticks={}",
          schedule.name(),
          schedule.catchUp(),
          plan.missed());
    }
    if (tracing.isOn()) {
      made.forEach(task -> record(schedule, task));
    }
    made.forEach(added);
  }
}
