package tasknet.dispatcher.store;

import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tasknet.registry.WorkerId;
import tasknet.task.JsonText;
import tasknet.task.Label;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;

/** A {@link TaskFilter} that looks at one task after the other, as {@link SearchQuery} does. */
final class TaskMatcher implements Predicate<TaskStatus> {
  private final TaskFilter filter;
  private final @Nullable TaskId first;
  private final @Nullable TaskId end;
  private final @Nullable SoughtText text;

  TaskMatcher(TaskFilter filter) {
    this.filter = filter;
    this.first = filter.firstId();
    this.end = filter.endId();
    this.text = filter.text() == null ? null : new SoughtText(filter.text());
  }

  /** What costs the least comes first. */
  @Override
  public boolean test(TaskStatus task) {
    return isInRange(task.id())
        && (filter.states().isEmpty() || filter.states().contains(task.state()))
        && isOrNotAsked(filter.type(), task.type())
        && isOrNotAsked(filter.fingerprint(), task.fingerprint())
        && isOrNotAsked(filter.schedule(), schedule(task))
        && hasLabels(task.labels())
        && (filter.worker() == null || ran(filter.worker(), task))
        && (text == null || occurs(text, task));
  }

  private boolean isInRange(TaskId id) {
    return (end == null || id.compareTo(end) < 0) && (first == null || id.compareTo(first) >= 0);
  }

  private static boolean isOrNotAsked(@Nullable Object asked, @Nullable Object value) {
    return asked == null || Objects.equals(asked, value);
  }

  private static @Nullable String schedule(TaskStatus task) {
    ScheduledTick tick = task.schedule();
    return tick == null ? null : tick.name();
  }

  private boolean hasLabels(@Nullable Map<String, String> labels) {
    for (Label label : filter.labels()) {
      if (labels == null || !label.value().equals(labels.get(label.key()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean ran(WorkerId worker, TaskStatus task) {
    return task.attempts().stream().anyMatch(attempt -> attempt.worker().equals(worker.name()));
  }

  /** The long ones last. */
  private static boolean occurs(SoughtText sought, TaskStatus task) {
    return sought.occursIn(task.id().toString())
        || (task.labels() != null && sought.occursInAny(task.labels().values()))
        || (task.error() != null && sought.occursIn(task.error().message()))
        || sought.occursIn(text(task.payload()))
        || sought.occursIn(text(task.result()));
  }

  private static @Nullable String text(@Nullable JsonText json) {
    return json == null ? null : json.text();
  }
}
