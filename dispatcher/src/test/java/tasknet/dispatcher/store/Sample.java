package tasknet.dispatcher.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.registry.WorkerId;
import tasknet.runtime.Backoff;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

/** Tasks and attempts for tests, in a time of their own. */
final class Sample {
  static final TaskType HASH = new TaskType("hash");
  static final TaskType UPPER = new TaskType("upper");
  static final TaskError BROKEN = new TaskError(TaskError.HANDLER_FAILED, "It broke.", true);

  private final TestClock clock = new TestClock();
  final TaskIds ids = new TaskIds(clock, new Random(7));

  Instant now() {
    return clock.instant();
  }

  void advance(Duration duration) {
    clock.advance(duration);
  }

  static TaskRequest request(TaskType type) {
    return request(type, "{\"text\":\"ä€😀\"}");
  }

  static TaskRequest request(TaskType type, String payload) {
    return new TaskRequest(
        type,
        new JsonText(payload),
        Duration.ofNanos(1_500_000_001),
        5,
        new Backoff(Duration.ofMillis(7), 1.5, Duration.ofDays(300), 0.125));
  }

  AttemptStart start(AttemptId attempt) {
    return new AttemptStart(attempt, new WorkerId("worker-1"), "10.0.0.7", 6000, -5L, now());
  }

  AttemptEnd completed(AttemptId attempt, String result) {
    return new AttemptEnd(
        attempt,
        now(),
        new Outcome.Completed(new JsonText(result)),
        TaskState.COMPLETED,
        null,
        false);
  }

  AttemptEnd failed(AttemptId attempt, TaskState next, boolean counted) {
    Instant readyAt = next == TaskState.SCHEDULED ? now().plusSeconds(60) : null;
    return new AttemptEnd(attempt, now(), new Outcome.Failed(BROKEN), next, readyAt, counted);
  }
}
