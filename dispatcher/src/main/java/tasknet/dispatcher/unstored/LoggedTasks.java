package tasknet.dispatcher.unstored;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.wal.LogRecord;
import tasknet.dispatcher.wal.TaskLog;

/** How durable tasks leave the log, and move within it. */
final class LoggedTasks {
  private final TaskLog log;
  private final UnstoredTasks tasks;

  LoggedTasks(TaskLog log, UnstoredTasks tasks) {
    this.log = log;
    this.tasks = tasks;
  }

  /** The store has these; the log need not keep those of them that it has. */
  CompletableFuture<Void> leave(List<UnstoredTask> left) {
    List<LogRecord> records = new ArrayList<>(left.size());
    for (UnstoredTask task : left) {
      if (task.logged) {
        synchronized (task) {
          task.leaves(true);
        }
        records.add(new LogRecord.Left(task.id));
      }
    }
    if (records.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return log.append(records)
        .handle(
            (_, failure) -> {
              left.forEach(task -> hasLeft(task, failure == null));
              return failure;
            })
        .thenCompose(LoggedTasks::failed);
  }

  private void hasLeft(UnstoredTask task, boolean done) {
    synchronized (task) {
      if (done) {
        log.release(task.segment(), 1);
      } else {
        task.leaves(false);
      }
    }
  }

  private static CompletableFuture<Void> failed(@Nullable Throwable failure) {
    return failure == null
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(failure);
  }

  /** What is still in an old segment moves to the newest, so that the old one can go. */
  void addAgain(long oldest) {
    for (UnstoredTask task : tasks.all()) {
      synchronized (task) {
        if (task.isIn(oldest) && !task.isLeaving() && task.change() == null) {
          CompletableFuture<Long> added = log.append(task.records());
          CompletableFuture<Boolean> _ =
              task.whenDone(
                  added,
                  () -> {
                    log.release(oldest, 1);
                    task.moves(added.join());
                  });
        }
      }
    }
  }
}
