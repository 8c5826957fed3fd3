package tasknet.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tasknet.registry.WorkerId;
import tasknet.task.Fingerprint;
import tasknet.task.Label;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.When;

/**
 * Which tasks to list; what is null or empty is not asked for.
 *
 * @param states one of which a task is in
 * @param labels all of which a task has
 * @param worker that ran one of a task's attempts
 * @param text that a task's id, payload, result, error message or one of its labels' values
 *     contains, in upper or lower case
 * @param from only tasks that were submitted then or later; a while is one that has passed
 * @param to only tasks that were submitted before that; likewise
 * @param schedule the name of the schedule that made it
 * @param fingerprint of a group of DEAD tasks
 * @param limit the most tasks on a page
 */
public record TaskQuery(
    Set<TaskState> states,
    @Nullable TaskType type,
    List<Label> labels,
    @Nullable WorkerId worker,
    @Nullable String text,
    @Nullable When from,
    @Nullable When to,
    @Nullable String schedule,
    @Nullable Fingerprint fingerprint,
    int limit) {
  /** Everything, a hundred tasks a page. */
  public static final TaskQuery ALL = new TaskQuery(null, null, 100);

  public TaskQuery {
    states = Set.copyOf(states);
    labels = List.copyOf(labels);
  }

  /** By state and type. */
  public TaskQuery(@Nullable TaskState state, @Nullable TaskType type, int limit) {
    this(
        state == null ? Set.of() : Set.of(state),
        type,
        List.of(),
        null,
        null,
        null,
        null,
        null,
        null,
        limit);
  }

  /** The same for tasks in one of these states. */
  public TaskQuery withStates(Set<TaskState> others) {
    return new TaskQuery(
        others, type, labels, worker, text, from, to, schedule, fingerprint, limit);
  }

  /** The same for tasks of that type; null for any. */
  public TaskQuery withType(@Nullable TaskType other) {
    return new TaskQuery(
        states, other, labels, worker, text, from, to, schedule, fingerprint, limit);
  }

  /** The same for tasks with all these labels. */
  public TaskQuery withLabels(List<Label> others) {
    return new TaskQuery(
        states, type, others, worker, text, from, to, schedule, fingerprint, limit);
  }

  /** The same for tasks of which that worker ran an attempt; null for any. */
  public TaskQuery withWorker(@Nullable WorkerId other) {
    return new TaskQuery(states, type, labels, other, text, from, to, schedule, fingerprint, limit);
  }

  /** The same for tasks in which that text occurs; null for any. */
  public TaskQuery withText(@Nullable String other) {
    return new TaskQuery(
        states, type, labels, worker, other, from, to, schedule, fingerprint, limit);
  }

  /** The same for tasks that were submitted then or later; null for any. */
  public TaskQuery withFrom(@Nullable When instant) {
    return new TaskQuery(
        states, type, labels, worker, text, instant, to, schedule, fingerprint, limit);
  }

  /** The same for tasks that were submitted before that; null for any. */
  public TaskQuery withTo(@Nullable When instant) {
    return new TaskQuery(
        states, type, labels, worker, text, from, instant, schedule, fingerprint, limit);
  }

  /** The same for tasks that the schedule of that name has made; null for any. */
  public TaskQuery withSchedule(@Nullable String other) {
    return new TaskQuery(states, type, labels, worker, text, from, to, other, fingerprint, limit);
  }

  /** The same for DEAD tasks of that fingerprint; null for any. */
  public TaskQuery withFingerprint(@Nullable Fingerprint other) {
    return new TaskQuery(states, type, labels, worker, text, from, to, schedule, other, limit);
  }

  /** The same with at most that many tasks a page. */
  public TaskQuery withLimit(int most) {
    return new TaskQuery(states, type, labels, worker, text, from, to, schedule, fingerprint, most);
  }

  /** The path and query of a page. */
  String path(@Nullable String cursor) {
    StringJoiner path = new StringJoiner("&", "/tasks?", "");
    path.add("limit=" + limit);
    if (!states.isEmpty()) {
      EnumSet.copyOf(states).forEach(state -> add(path, "state", state));
    }
    add(path, "type", type);
    labels.forEach(label -> add(path, "label", label));
    add(path, "worker", worker);
    add(path, "text", text);
    add(path, "from", from);
    add(path, "to", to);
    add(path, "schedule", schedule);
    add(path, "fingerprint", fingerprint);
    add(path, "cursor", cursor);
    return path.toString();
  }

  private static void add(StringJoiner path, String name, @Nullable Object value) {
    if (value != null) {
      path.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }
  }
}
