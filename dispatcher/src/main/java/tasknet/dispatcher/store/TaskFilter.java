package tasknet.dispatcher.store;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tasknet.registry.WorkerId;
import tasknet.task.Fingerprint;
import tasknet.task.Label;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/**
 * Which tasks a listing shows; what is null or empty is not asked for.
 *
 * @param states one of which the task is in
 * @param labels all of which the task has
 * @param worker that ran one of its attempts
 * @param text that its id, payload, result, error message or one of its labels' values contains, in
 *     upper or lower case
 * @param from only tasks that were submitted then or later, in whole milliseconds, by their ids
 * @param to only tasks that were submitted before that, likewise
 * @param fingerprint which only DEAD tasks have
 * @param schedule the name of what made it
 * @param before only tasks with a smaller id: where the page before ended
 */
public record TaskFilter(
    Set<TaskState> states,
    @Nullable TaskType type,
    List<Label> labels,
    @Nullable WorkerId worker,
    @Nullable String text,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Fingerprint fingerprint,
    @Nullable String schedule,
    @Nullable TaskId before) {
  /** Everything. */
  public static final TaskFilter ALL = new TaskFilter(null, null, null);

  public TaskFilter {
    states = Set.copyOf(states);
    labels = List.copyOf(labels);
  }

  /** By state and type. */
  public TaskFilter(@Nullable TaskState state, @Nullable TaskType type, @Nullable TaskId before) {
    this(state, type, before, List.of());
  }

  /** By state, type and labels. */
  public TaskFilter(
      @Nullable TaskState state,
      @Nullable TaskType type,
      @Nullable TaskId before,
      List<Label> labels) {
    this(
        state == null ? Set.of() : Set.of(state),
        type,
        labels,
        null,
        null,
        null,
        null,
        null,
        null,
        before);
  }

  /** The same for tasks in one of these states; none for any. */
  public TaskFilter withStates(Set<TaskState> others) {
    return new TaskFilter(
        others, type, labels, worker, text, from, to, fingerprint, schedule, before);
  }

  /** The same for tasks of which that worker ran an attempt. */
  public TaskFilter withWorker(@Nullable WorkerId other) {
    return new TaskFilter(
        states, type, labels, other, text, from, to, fingerprint, schedule, before);
  }

  /** The same for tasks in which that text occurs. */
  public TaskFilter withText(@Nullable String other) {
    return new TaskFilter(
        states, type, labels, worker, other, from, to, fingerprint, schedule, before);
  }

  /** The same for tasks that were submitted from one instant until before another. */
  public TaskFilter between(@Nullable Instant first, @Nullable Instant end) {
    return new TaskFilter(
        states, type, labels, worker, text, first, end, fingerprint, schedule, before);
  }

  /** The same for DEAD tasks of that fingerprint. */
  public TaskFilter withFingerprint(@Nullable Fingerprint other) {
    return new TaskFilter(states, type, labels, worker, text, from, to, other, schedule, before);
  }

  /** The same for tasks that the schedule of that name has made. */
  public TaskFilter withSchedule(@Nullable String other) {
    return new TaskFilter(states, type, labels, worker, text, from, to, fingerprint, other, before);
  }

  /** The same, going on after a page. */
  public TaskFilter after(@Nullable TaskId last) {
    return new TaskFilter(
        states, type, labels, worker, text, from, to, fingerprint, schedule, last);
  }

  /**
   * Looks at tasks one by one, and matches those that a search of the store finds. It is made once
   * for many tasks, which it needs whole: with attempts, and with long payloads and results.
   */
  public Predicate<TaskStatus> matcher() {
    return new TaskMatcher(this);
  }

  /** No task that matches has a smaller id; null for no bound. */
  @Nullable TaskId firstId() {
    return first(from);
  }

  /** All tasks that match have smaller ids; null for no bound. */
  @Nullable TaskId endId() {
    return least(before, first(to));
  }

  /** The smallest id that a task of that millisecond may have. */
  private static @Nullable TaskId first(@Nullable Instant instant) {
    return instant == null ? null : new TaskId(instant.toEpochMilli() << 16, 0);
  }

  private static @Nullable TaskId least(@Nullable TaskId one, @Nullable TaskId other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) <= 0 ? one : other;
  }
}
