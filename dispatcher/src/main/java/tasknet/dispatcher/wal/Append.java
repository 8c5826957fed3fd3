package tasknet.dispatcher.wal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.StoreException;

/** Records that wait for the disk together, and how they fared there. */
final class Append {
  private static final long ROUGHLY = 100;

  private final List<LogRecord> records;
  private final CompletableFuture<Long> future = new CompletableFuture<>();
  private @Nullable StoreException failure;

  Append(List<? extends LogRecord> records) {
    this.records = List.copyOf(records);
  }

  List<LogRecord> records() {
    return records;
  }

  CompletableFuture<Long> future() {
    return future;
  }

  /** How much it writes, roughly. */
  long bytes() {
    long bytes = ROUGHLY;
    for (LogRecord entry : records) {
      bytes +=
          switch (entry) {
            case LogRecord.Added added -> added.task().size();
            case LogRecord.Completed completed -> ROUGHLY + completed.result().text().length();
            case LogRecord.Begun _, LogRecord.Left _ -> ROUGHLY;
          };
    }
    return bytes;
  }

  /** How many of its tasks are to be counted for the segment that it is in. */
  int added() {
    int added = 0;
    for (LogRecord entry : records) {
      added += entry instanceof LogRecord.Added ? 1 : 0;
    }
    return added;
  }

  /** Keeps why, until it is told; the first reason counts. */
  void fail(StoreException reason) {
    if (failure == null) {
      failure = reason;
    }
  }

  boolean failed() {
    return failure != null;
  }

  /** Tells whoever waits. */
  void complete(long segment) {
    if (failure == null) {
      future.complete(segment);
    } else {
      future.completeExceptionally(failure);
    }
  }
}
