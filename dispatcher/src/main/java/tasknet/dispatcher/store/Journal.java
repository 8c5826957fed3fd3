package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.Labels;
import tasknet.task.TaskError;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * What happens to tasks in a transaction: gathered in memory, and told after its commit, in order.
 * Every change of a task's state is to be noted here, last in its operation like the {@link Tally}.
 */
final class Journal {
  private final EventSink listener;
  private final List<TaskEvent> noted = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();

  /**
   * @param listener told on the writer's thread
   */
  Journal(EventSink listener) {
    this.listener = listener;
  }

  /** A place between two events, which has a number when its transaction is committed. */
  static final class Mark {
    private final int noted;
    private long number;

    private Mark(int noted) {
      this.noted = noted;
    }

    /** The number of the event before it. */
    long number() {
      return number;
    }
  }

  /**
   * What all events of one task have in common.
   *
   * @param labels as they stand in the task's row; null for none
   */
  record Subject(TaskId id, TaskType type, @Nullable String labels) {
    /** Of a row with the columns type and labels. */
    static Subject of(TaskId id, Row row) throws SQLException {
      return new Subject(id, new TaskType(row.text(1)), row.textOrNull(2));
    }

    TaskEvent event(
        TaskState state,
        Instant at,
        @Nullable Integer attempt,
        @Nullable String worker,
        @Nullable TaskError error,
        @Nullable TaskProgress progress) {
      Labels marks = TaskLabels.read(labels);
      return new TaskEvent(
          id,
          type,
          state,
          at.truncatedTo(ChronoUnit.MICROS), // as the store tells it
          attempt,
          worker,
          error,
          marks.isEmpty() ? null : marks.values(),
          progress);
    }
  }

  /** A task waits, or has ended while it waited. */
  void waits(Subject task, TaskState state, Instant at, @Nullable TaskError error) {
    noted.add(task.event(state, at, null, null, error, null));
  }

  /** An attempt begins, or ended and left its task in that state. */
  void attempted(
      Subject task,
      TaskState state,
      Instant at,
      AttemptId attempt,
      String worker,
      @Nullable TaskError error) {
    noted.add(task.event(state, at, attempt.number(), worker, error, null));
  }

  /** An attempt goes on. */
  void progressed(Subject task, AttemptId attempt, String worker, TaskProgress progress) {
    noted.add(
        task.event(TaskState.RUNNING, progress.at(), attempt.number(), worker, null, progress));
  }

  /** How many events were noted until now in the transaction. */
  int count() {
    return noted.size();
  }

  /** Marks the place after what was noted until now. */
  Mark mark() {
    Mark mark = new Mark(noted.size());
    marks.add(mark);
    return mark;
  }

  /** Takes back what was noted since there were so many. */
  void backTo(int count) {
    noted.subList(count, noted.size()).clear();
  }

  /** What was noted is committed. */
  void committed() {
    if (!noted.isEmpty() || !marks.isEmpty()) {
      long before = listener.append(List.copyOf(noted));
      marks.forEach(mark -> mark.number = before + mark.noted);
      clear();
    }
  }

  /** Forgets what was noted: it is told, or rolled back. */
  void clear() {
    noted.clear();
    marks.clear();
  }
}
