package tasknet.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import tasknet.http.ProblemException;
import tasknet.task.Label;
import tasknet.task.TaskId;
import tasknet.task.TaskType;

/**
 * What happens to tasks, as it happens. Opening a stream may throw {@link UnreachableException}
 * when there is no dispatcher, and {@link ProblemException} when it refuses.
 */
public final class Events {
  private final Calls calls;

  Events(Calls calls) {
    this.calls = calls;
  }

  /** Everything about one task, from how it stands now to its end. */
  public EventStream of(TaskId task) throws InterruptedException {
    return EventStream.open(calls, "/tasks/" + task + "/events", true);
  }

  /** Everything about the tasks that are meant, from now on. */
  public EventStream all(EventQuery query) throws InterruptedException {
    StringJoiner path = new StringJoiner("&", "/events?", "");
    for (TaskType type : query.types()) {
      path.add("type=" + type);
    }
    for (Label label : query.labels()) {
      path.add("label=" + URLEncoder.encode(label.toString(), StandardCharsets.UTF_8));
    }
    return EventStream.open(calls, path.toString(), false);
  }
}
