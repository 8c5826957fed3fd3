package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.testkit.Futures.get;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;

/**
 * Every call that changes a task, in every state of it: together they make the transitions of the
 * table, and no others.
 */
abstract class TaskTransitionsContract {
  private static final Duration FAR = Duration.ofDays(1);

  final Sample sample = new Sample();

  @SuppressWarnings("NullAway.Init")
  TaskStore store;

  /** What is asked of the store; each names the right attempt. */
  private enum Call {
    BEGIN,
    COMPLETE,
    FAIL_FOR_GOOD,
    FAIL_FOR_NOW,
    LOSE,
    FAIL_TOO_LATE,
    CANCEL,
    PROMOTE,
    EXPIRE
  }

  /** Opens an empty store. */
  abstract TaskStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @ParameterizedTest
  @EnumSource
  void theCallsMakeTheTransitionsOfTheTableAndNoOthers(TaskState from) {
    Set<TaskState> reached = EnumSet.noneOf(TaskState.class);
    for (Call call : Call.values()) {
      TaskId task = taskIn(from);
      make(call, task);
      TaskState to = store.find(task).orElseThrow().state();
      if (to != from) {
        assertThat(from.canBecome(to)).as("%s makes %s %s", call, from, to).isTrue();
        reached.add(to);
      }
    }
    Set<TaskState> table = EnumSet.allOf(TaskState.class);
    table.removeIf(to -> !from.canBecome(to));
    if (from == TaskState.DEAD) {
      table.remove(TaskState.QUEUED); // a person's requeue, which is not one of these calls
    }
    assertThat(reached).isEqualTo(table);
  }

  private void make(Call call, TaskId task) {
    int attempts = store.find(task).orElseThrow().attempts().size();
    AttemptId current = new AttemptId(task, Math.max(1, attempts));
    Instant later = sample.now().plus(FAR.multipliedBy(2));
    switch (call) {
      case BEGIN -> get(store.begin(sample.start(new AttemptId(task, attempts + 1))));
      case COMPLETE -> get(store.end(sample.completed(current, "1")));
      case FAIL_FOR_GOOD -> end(current, TaskState.DEAD);
      case FAIL_FOR_NOW -> end(current, TaskState.SCHEDULED);
      case LOSE -> end(current, TaskState.QUEUED);
      case FAIL_TOO_LATE -> end(current, TaskState.EXPIRED);
      case CANCEL -> get(store.cancel(task, sample.now()));
      case PROMOTE -> get(store.promote(later, Integer.MAX_VALUE));
      case EXPIRE -> get(store.expire(later, Integer.MAX_VALUE));
    }
  }

  private void end(AttemptId attempt, TaskState next) {
    get(store.end(sample.failed(attempt, next, true)));
  }

  private TaskId taskIn(TaskState state) {
    TaskTerms terms = TaskTerms.STANDARD.withDeadline(sample.now().plus(FAR));
    QueuedTask task =
        get(store.add(sample.ids.next(), Sample.request(Sample.HASH).with(terms), sample.now()));
    if (state != TaskState.QUEUED) {
      get(store.begin(sample.start(task.nextAttempt())));
    }
    switch (state) {
      case QUEUED, RUNNING -> {}
      case COMPLETED -> get(store.end(sample.completed(task.nextAttempt(), "1")));
      case CANCELLED -> get(store.cancel(task.id(), sample.now()));
      case SCHEDULED, DEAD, EXPIRED -> end(task.nextAttempt(), state);
    }
    assertThat(store.find(task.id()).orElseThrow().state()).isEqualTo(state);
    return task.id();
  }
}
