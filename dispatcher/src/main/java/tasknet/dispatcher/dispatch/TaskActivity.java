package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.HdrHistogram.AbstractHistogram;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.Outcome;
import tasknet.task.TaskLatency;
import tasknet.task.TaskRates;
import tasknet.task.TaskType;

/**
 * How fast tasks of each type come and go, and how long they take. The last minute is kept in
 * {@link #SLOTS} slots of ten seconds, of which the last is still being filled.
 *
 * <p>For the loop's thread, which pays for each task three look-ups in a map and a few stores,
 * makes no object and never looks at the clock; {@link #forEach} is for any thread.
 */
public final class TaskActivity {
  static final int SLOTS = 6;
  static final long SLOT = Duration.ofSeconds(10).toNanos();

  /** Clients name types, so there may be any number; the others are added up. */
  static final int TYPES = 100;

  /** What is counted together of the types that are not counted alone; no type has this name. */
  public static final String OTHER_TYPES = "_other";

  private static final double LEAST_SECONDS = 1;

  private final long startedAt;
  private final Map<TaskType, TypeActivity> types = new ConcurrentHashMap<>();
  private final TypeActivity others = new TypeActivity();
  private long slotEnd;

  /**
   * What is known of the last minute.
   *
   * @param latency null when nothing got on
   */
  public record Figures(TaskRates rates, @Nullable TaskLatency latency) {
    static final Figures NONE = new Figures(TaskRates.NONE, null);
  }

  /**
   * What is known of the last minute, of all types and of each that something is known of.
   *
   * @param complete whether there is no type that is counted only together with others
   */
  public record Snapshot(Figures all, Map<TaskType, Figures> types, boolean complete) {
    /** Of a type; null when it is counted only together with others. */
    public @Nullable Figures of(TaskType type) {
      Figures known = types.get(type);
      return known == null && complete ? Figures.NONE : known;
    }
  }

  /**
   * @param now on the nano clock
   */
  TaskActivity(long now) {
    this.startedAt = now;
    this.slotEnd = startedAt + SLOT;
  }

  // ---- what happens, on the loop ---------------------------------------------------------------

  /** A task was taken. */
  void submitted(TaskType type) {
    of(type).submitted();
  }

  /** An attempt was begun. */
  void begun(QueuedTask task, Instant at) {
    of(task.request().type()).begun(micros(task.queuedAt(), at));
  }

  /**
   * An attempt ended.
   *
   * @param end how, as far as the worker is concerned
   * @param recorded how, as far as the task is concerned
   */
  void ended(QueuedTask task, Instant begunAt, AttemptEnd end, AttemptEnd recorded) {
    TypeActivity activity = of(task.request().type());
    switch (end.outcome()) {
      case Outcome.Completed _ -> activity.completed(micros(begunAt, end.at()));
      case Outcome.Failed _ when end.counted() -> activity.failed(micros(begunAt, end.at()));
      case Outcome.Failed _ -> {} // it did not run
    }
    if (recorded.next().ended()) {
      activity.ended(micros(task.createdAt(), end.at()));
    }
  }

  private static long micros(Instant from, Instant to) {
    return (to.getEpochSecond() - from.getEpochSecond()) * 1_000_000
        + (to.getNano() - from.getNano()) / 1_000;
  }

  private TypeActivity of(TaskType type) {
    TypeActivity known = types.get(type);
    return known == null ? begin(type) : known;
  }

  /** One more type, in the place of one of which nothing is known lately when there are many. */
  private TypeActivity begin(TaskType type) {
    if (types.size() >= TYPES) {
      TaskType idle = null;
      for (Map.Entry<TaskType, TypeActivity> each : types.entrySet()) {
        if (each.getValue().isIdle()) {
          idle = each.getKey();
          break;
        }
      }
      if (idle == null) {
        return others;
      }
      types.remove(idle);
    }
    TypeActivity activity = new TypeActivity();
    types.put(type, activity);
    return activity;
  }

  /**
   * Time goes on; to be called at least as often as it asks for.
   *
   * @return when to be called again, on the nano clock
   */
  long turn(long now) {
    if (now - slotEnd < 0) {
      return slotEnd;
    }
    long passed = (now - slotEnd) / SLOT + 1;
    slotEnd += passed * SLOT;
    for (long slot = 0; slot < Math.min(passed, SLOTS); slot++) {
      types.values().forEach(TypeActivity::next);
      others.next();
    }
    return slotEnd;
  }

  // ---- what is to be seen ----------------------------------------------------------------------

  /** How it is now; on the loop. */
  Snapshot snapshot(long now) {
    turn(now);
    double seconds = seconds(now);
    Map<TaskType, Figures> each = new TreeMap<>();
    types.forEach((type, activity) -> each.put(type, figures(List.of(activity), seconds)));
    List<TypeActivity> all = new ArrayList<>(types.values());
    all.add(others);
    return new Snapshot(figures(all, seconds), each, others.isIdle());
  }

  /** Calls with the name of each type, and with {@link #OTHER_TYPES}; for any thread. */
  public void forEach(BiConsumer<String, TypeActivity> call) {
    types.forEach((type, activity) -> call.accept(type.name(), activity));
    call.accept(OTHER_TYPES, others);
  }

  /** For how long the slots were filled. */
  private double seconds(long now) {
    long filled = (SLOTS - 1) * SLOT + now - (slotEnd - SLOT);
    return Math.max(LEAST_SECONDS, Math.min(filled, now - startedAt) / 1e9);
  }

  private static Figures figures(Collection<TypeActivity> activities, double seconds) {
    double submitted = 0;
    double completed = 0;
    double failed = 0;
    for (TypeActivity activity : activities) {
      TaskRates rates = activity.rates(seconds);
      submitted += rates.submitted();
      completed += rates.completed();
      failed += rates.failed();
    }
    TaskLatency latency =
        new TaskLatency(
            percentiles(activities, activity -> activity.recentWait),
            percentiles(activities, activity -> activity.recentRun),
            percentiles(activities, activity -> activity.recentTotal));
    boolean none = latency.waited() == null && latency.run() == null && latency.total() == null;
    return new Figures(new TaskRates(submitted, completed, failed), none ? null : latency);
  }

  private static TaskLatency.@Nullable Percentiles percentiles(
      Collection<TypeActivity> activities, Function<TypeActivity, RecentTimes> times) {
    if (activities.stream().map(times).allMatch(RecentTimes::isEmpty)) {
      return null;
    }
    AbstractHistogram sum = RecentTimes.sum();
    activities.forEach(activity -> times.apply(activity).addTo(sum));
    return RecentTimes.percentiles(sum);
  }
}
