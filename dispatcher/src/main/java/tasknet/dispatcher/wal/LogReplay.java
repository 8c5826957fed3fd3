package tasknet.dispatcher.wal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/** What becomes of the tasks when the records of all segments happen again. */
final class LogReplay {
  /** Each of them means that a dispatcher has deleted a segment while its log was read. */
  private static final int MOST_TRIES = 100;

  private final Map<TaskId, HeldTask> tasks = new LinkedHashMap<>();

  private LogReplay() {}

  /**
   * What is in a log.
   *
   * @param segments their numbers, in ascending order
   * @param tasks those that have not left, in the order in which they were added
   * @param end where the last segment ends
   */
  record Found(List<Long> segments, List<HeldTask> tasks, SegmentReader.End end) {}

  /**
   * Reads a log, also while a dispatcher uses it.
   *
   * @throws StoreException if it cannot be used; the message says what to do
   */
  static Found read(LogFolder folder) {
    NoSuchFileException vanished = null;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        return new LogReplay().readAll(folder);
      } catch (NoSuchFileException e) {
        vanished = e;
      } catch (IOException e) {
        throw unreadable(folder.path(), e);
      }
    }
    throw unreadable(folder.path(), Objects.requireNonNull(vanished));
  }

  private Found readAll(LogFolder folder) throws IOException {
    List<Long> segments = folder.segments();
    SegmentReader.End end = new SegmentReader.End(0, 0);
    for (Iterator<Long> rest = segments.iterator(); rest.hasNext(); ) {
      long number = rest.next();
      end = new SegmentReader(folder.file(number), number, !rest.hasNext(), this::apply).read();
    }
    return new Found(segments, List.copyOf(tasks.values()), end);
  }

  /** Tasks that are not known have left: what was said before is deleted already. */
  private void apply(LogRecord entry) {
    switch (entry) {
      case LogRecord.Added added ->
          tasks.put(added.task().id(), new HeldTask(added.task(), null, null));
      case LogRecord.Begun(AttemptStart start) ->
          tasks.computeIfPresent(
              start.attempt().task(), (_, held) -> new HeldTask(held.task(), start, null));
      case LogRecord.Completed completed ->
          tasks.computeIfPresent(
              completed.attempt().task(), (_, held) -> completed(held, completed));
      case LogRecord.Left(TaskId task) -> tasks.remove(task);
    }
  }

  /** Only by the attempt that it runs. */
  private static HeldTask completed(HeldTask held, LogRecord.Completed completed) {
    AttemptStart start = held.start();
    AttemptId attempt = completed.attempt();
    if (start == null || !start.attempt().equals(attempt)) {
      return held;
    }
    Outcome outcome = new Outcome.Completed(completed.result());
    AttemptEnd end =
        new AttemptEnd(attempt, completed.at(), outcome, TaskState.COMPLETED, null, false);
    return new HeldTask(held.task(), start, end);
  }

  private static StoreException unreadable(Path folder, IOException failure) {
    return new StoreException(
        "the log of tasks in " + folder + " cannot be read: " + failure, failure);
  }
}
