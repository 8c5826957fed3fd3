package tasknet.dispatcher.wal;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import tasknet.dispatcher.store.CommitFigures;
import tasknet.dispatcher.store.GroupQueue;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.StoreFullException;
import tasknet.runtime.NanoClock;

/** What the log's thread does: writes what waits as one group, and tells who waited. */
final class LogWriter {
  private static final long NANOS_IN_A_MICRO = 1_000;

  final AtomicLong commits = new AtomicLong();
  final AtomicLong records = new AtomicLong();
  final AtomicLong bytes = new AtomicLong();
  final AtomicLong failures = new AtomicLong();

  private final GroupQueue<Append> queue;
  private final SegmentChain chain;
  private final CommitFigures figures;
  private final int mostSegments;
  private final LongConsumer crowded;
  private final NanoClock clock;
  private final Logger log;
  private final ByteWriter out = new ByteWriter();
  private boolean failing;
  private boolean untidy;
  private long segment;

  /** Whether the segments that were there at the start are gone; until then none is deleted. */
  private volatile boolean cleared;

  LogWriter(
      GroupQueue<Append> queue,
      SegmentChain chain,
      CommitFigures figures,
      int mostSegments,
      LongConsumer crowded,
      NanoClock clock,
      Logger log) {
    this.queue = queue;
    this.chain = chain;
    this.figures = figures;
    this.mostSegments = mostSegments;
    this.crowded = crowded;
    this.clock = clock;
    this.log = log;
  }

  void allowDeleting() {
    cleared = true;
    queue.wake();
  }

  /** Begins the first segment; without room for it, the first group that finds some does. */
  void begin() throws IOException {
    try {
      segment = chain.ready().number();
    } catch (IOException e) {
      if (!isFull(e)) {
        throw e;
      }
      noticeFailure(failure(e));
    }
  }

  /** Ends when the queue is closed and all that was in it is written. */
  void work() {
    while (!queue.isOver()) {
      List<Append> group = queue.take();
      // Whoever interrupted this thread in a future's callback would close the file with that.
      boolean _ = Thread.interrupted();
      if (!group.isEmpty()) {
        carryOut(group);
      }
      tidy();
    }
    finish();
  }

  private void carryOut(List<Append> group) {
    long before = segment;
    try {
      OpenSegment current = chain.ready();
      segment = current.number();
      write(group, current);
      noticeWorking();
    } catch (Exception | Error e) {
      // An Error too, for instance no memory: the thread must live, or every caller waits for ever.
      chain.breakOff();
      StoreException failure = failure(e);
      group.forEach(append -> append.fail(failure));
      noticeFailure(failure);
    }
    for (Append append : group) {
      failures.addAndGet(append.failed() ? 1 : 0);
      append.complete(segment);
    }
    if (segment != before && chain.size() > mostSegments) {
      tellCrowded();
    }
  }

  private void write(List<Append> group, OpenSegment current) throws IOException {
    long begun = clock.nanoTime();
    out.clear();
    int written = 0;
    int added = 0;
    for (Append append : group) {
      encode(append, current);
      written += append.failed() ? 0 : append.records().size();
      added += append.failed() ? 0 : append.added();
    }
    if (out.size() == 0) {
      return;
    }
    current.write(out.written());
    chain.added(current, added);
    commits.incrementAndGet();
    records.addAndGet(written);
    bytes.addAndGet(out.size());
    figures.times().record((clock.nanoTime() - begun) / NANOS_IN_A_MICRO);
    figures.sizes().record(group.size());
  }

  /** What cannot be written fails alone. */
  private void encode(Append append, OpenSegment current) {
    int from = out.size();
    if (append.records().isEmpty()) {
      return;
    }
    try {
      current.frames().begin(out, from);
      for (LogRecord entry : append.records()) {
        LogCodec.write(entry, out);
      }
      current.frames().end(out, from, current.size() + from);
    } catch (RuntimeException e) {
      out.cut(from);
      append.fail(new StoreException("the log cannot keep this: " + e.getMessage(), e));
    }
  }

  private void tellCrowded() {
    try {
      crowded.accept(chain.oldest());
    } catch (RuntimeException | Error e) {
      log.error("the tasks in the oldest segment of the log were not added again", e);
    }
  }

  private void tidy() {
    if (!cleared) {
      return;
    }
    try {
      chain.tidy();
      untidy = false;
    } catch (IOException | RuntimeException | Error e) {
      if (!untidy) {
        untidy = true;
        log.warn("a segment of the log that is not needed cannot be deleted: {}", e.toString());
      }
    }
  }

  private void finish() {
    try {
      chain.finish();
    } catch (IOException | RuntimeException | Error e) {
      log.warn("the log's last segment is not ended: {}", e.toString());
    }
    tidy();
  }

  private void noticeFailure(StoreException failure) {
    if (failing) {
      return;
    }
    failing = true;
    if (failure instanceof StoreFullException) {
      log.warn("{}; tasks in memory are refused", failure.getMessage());
    } else {
      log.error("{}; tasks in memory are refused", failure.getMessage(), failure);
    }
  }

  private void noticeWorking() {
    if (failing) {
      failing = false;
      log.info("the log of tasks in memory works again");
    }
  }

  private static StoreException failure(Throwable e) {
    return isFull(e)
        ? new StoreFullException("the log of tasks in memory is full: " + e.getMessage(), e)
        : new StoreException("the log of tasks in memory failed: " + e, e);
  }

  /** In the system's words: there is no exception of its own for it. */
  private static boolean isFull(Throwable e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return e instanceof IOException
        && (message.contains("no space left") || message.contains("quota exceeded"));
  }
}
