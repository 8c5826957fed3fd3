package tasknet.client;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.DeadChange;
import tasknet.task.DeadGroup;
import tasknet.task.DeadPage;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;

/** The dead tasks of a {@link SmallDispatcher}. */
final class SmallDeadLetters {
  private final Map<TaskId, TaskStatus> tasks;

  SmallDeadLetters(Map<TaskId, TaskStatus> tasks) {
    this.tasks = tasks;
  }

  /** The cursor is the number of the first group. */
  DeadPage page(Context context) {
    String type = context.queryParam("type");
    String cursor = context.queryParam("cursor");
    int first = cursor == null ? 0 : Integer.parseInt(cursor);
    int limit = Integer.parseInt(String.valueOf(context.queryParam("limit")));
    List<DeadGroup> groups = new ArrayList<>();
    tasks.values().stream()
        .filter(task -> task.fingerprint() != null)
        .filter(task -> type == null || task.type().name().equals(type))
        .map(task -> group(Objects.requireNonNull(task.fingerprint())))
        .distinct()
        .forEach(groups::add);
    int end = Math.min(first + limit, groups.size());
    return new DeadPage(
        groups.subList(first, end), end < groups.size() ? String.valueOf(end) : null);
  }

  DeadGroup existing(Context context) {
    Fingerprint fingerprint = new Fingerprint(context.pathParam("group"));
    if (in(fingerprint).isEmpty()) {
      throw new ProblemException(Problem.notFound("there is no dead task of it"));
    }
    return group(fingerprint);
  }

  DeadChange requeue(Context context) {
    DeadGroup group = existing(context);
    in(group.fingerprint()).forEach(task -> tasks.put(task.id(), requeued(task, null)));
    return new DeadChange(group.fingerprint(), group.tasks(), true);
  }

  /** Answers before it is done, as for a large group. */
  DeadChange delete(Context context) {
    DeadGroup group = existing(context);
    in(group.fingerprint()).forEach(task -> tasks.remove(task.id()));
    return new DeadChange(group.fingerprint(), group.tasks(), false);
  }

  DeadChange delete(TaskStatus task) {
    requireDead(task);
    tasks.remove(task.id());
    return new DeadChange(Objects.requireNonNull(task.fingerprint()), 1, true);
  }

  static TaskStatus requeued(TaskStatus task, @Nullable JsonText payload) {
    requireDead(task);
    return new TaskStatus(
        task.id(),
        task.type(),
        TaskState.QUEUED,
        task.createdAt(),
        null,
        null,
        null,
        task.timeout(),
        task.maxAttempts(),
        task.priority(),
        task.labels(),
        payload == null ? task.payload() : payload,
        null,
        task.error(),
        null,
        null,
        null,
        null,
        null,
        task.attempts());
  }

  private static void requireDead(TaskStatus task) {
    if (task.state() != TaskState.DEAD) {
      String detail = "task " + task.id() + " is " + task.state() + ", not DEAD";
      throw new ProblemException(Problem.of(409, "not-dead", "Not dead", detail));
    }
  }

  private List<TaskStatus> in(Fingerprint fingerprint) {
    return tasks.values().stream().filter(it -> fingerprint.equals(it.fingerprint())).toList();
  }

  private DeadGroup group(Fingerprint fingerprint) {
    List<TaskStatus> all = in(fingerprint);
    TaskStatus newest = all.getLast();
    TaskError error = Objects.requireNonNull(newest.error());
    return new DeadGroup(
        fingerprint,
        newest.type(),
        error.code(),
        error.message(),
        all.size(),
        Objects.requireNonNull(all.getFirst().endedAt()),
        Objects.requireNonNull(newest.endedAt()),
        newest.id());
  }
}
