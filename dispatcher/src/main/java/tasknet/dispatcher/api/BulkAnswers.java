package tasknet.dispatcher.api;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.dispatch.TaskEnd;
import tasknet.dispatcher.store.TaskStore;
import tasknet.http.BulkAnswer;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;

/**
 * The answers of one bulk submission, written by a thread of its own in the order in which they
 * come. At most {@link #WINDOW} lines are between being read and being answered on the wire: who
 * does not read is not read from, and nobody else is held up.
 */
final class BulkAnswers {
  /** Lines between being read and being answered. */
  static final int WINDOW = 10_000;

  private static final int BUFFER = 16 * 1024;

  /** Longer results are read from the store when their turn comes, and not held until then. */
  private static final int HELD = 1024;

  /** Makes the answer when it is written; null for the end. */
  private sealed interface Item {
    record Ready(BulkAnswer answer) implements Item {}

    record Stored(long line, TaskId id) implements Item {}

    record End() implements Item {}
  }

  private final OutputStream out;
  private final boolean waits;
  private final TaskStore store;
  private final BulkCounters counters;
  private final Logger log;
  private final Semaphore window = new Semaphore(WINDOW);
  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
  private final Duration pulse;
  private final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();
  private final Thread writer;

  /**
   * @param waits whether lines are answered when their tasks have ended
   * @param pulse while something is unanswered, after so long without an answer a blank line is
   *     written, by which a connection that is dead shows itself
   */
  BulkAnswers(
      OutputStream out,
      boolean waits,
      TaskStore store,
      BulkCounters counters,
      Logger log,
      Duration pulse) {
    this.out = new BufferedOutputStream(out, BUFFER);
    this.waits = waits;
    this.store = store;
    this.counters = counters;
    this.log = log;
    this.pulse = pulse;
    this.writer = Thread.ofVirtual().name("bulk-answers").unstarted(this::write);
  }

  void start() {
    writer.start();
  }

  /** Whether lines are answered when their tasks have ended. */
  boolean areAwaited() {
    return waits;
  }

  /** Whether the client has gone. */
  boolean clientIsGone() {
    return gone.isDone();
  }

  /** Runs at once or when the client has gone. */
  void whenGone(Runnable action) {
    var _ = gone.thenRun(action);
  }

  /** Waits for a place in the window; each place is for one answer. */
  void reserve() throws InterruptedException {
    window.acquire();
  }

  /** Never blocks. */
  void add(BulkAnswer answer) {
    items.add(new Item.Ready(answer));
  }

  /** The task has ended. */
  void ended(long line, TaskId id, TaskEnd end) {
    Item item =
        switch (end.outcome()) {
          case Outcome.Completed(var result) when result.text().length() > HELD ->
              new Item.Stored(line, id);
          case Outcome.Completed(var result) ->
              new Item.Ready(new BulkAnswer(line, id, end.state(), result, null, null));
          case Outcome.Failed(TaskError error) ->
              new Item.Ready(new BulkAnswer(line, id, end.state(), null, error, null));
          case null -> new Item.Ready(BulkAnswer.of(line, id, end.state()));
        };
    items.add(item);
  }

  /** Nobody waits for the task any longer: it is answered as it stands. */
  void asItStands(long line, TaskId id) {
    items.add(new Item.Stored(line, id));
  }

  /** Waits until everything that has a place is answered. */
  boolean areAllGiven(Duration patience) throws InterruptedException {
    boolean all = window.tryAcquire(WINDOW, patience.toMillis(), TimeUnit.MILLISECONDS);
    if (all) {
      window.release(WINDOW);
    }
    return all;
  }

  /** Writes what is left, and ends. */
  void close() throws InterruptedException {
    items.add(new Item.End());
    writer.join();
  }

  private void write() {
    try {
      flush(); // the answer begins, although nothing may be known for long
      for (Item item = next(); !(item instanceof Item.End); item = next()) {
        write(item);
        window.release();
      }
      flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Item next() throws InterruptedException {
    Item ready = items.poll();
    while (ready == null) {
      flush();
      ready = items.poll(pulse.toNanos(), TimeUnit.NANOSECONDS);
      if (ready == null && window.availablePermits() < WINDOW) {
        blankLine();
      }
    }
    return ready;
  }

  private void write(Item item) {
    if (clientIsGone()) {
      return;
    }
    try {
      switch (item) {
        case Item.Ready(BulkAnswer answer) -> write(answer);
        case Item.Stored(long line, TaskId id) -> write(stored(line, id));
        case Item.End _ -> {}
      }
    } catch (IOException e) {
      hungUp(e);
    }
  }

  private void blankLine() {
    if (clientIsGone()) {
      return;
    }
    try {
      out.write('\n');
    } catch (IOException e) {
      hungUp(e);
    }
  }

  private void flush() {
    if (clientIsGone()) {
      return;
    }
    try {
      out.flush();
    } catch (IOException e) {
      hungUp(e);
    }
  }

  private void write(BulkAnswer answer) throws IOException {
    out.write(Json.mapper().writeValueAsBytes(answer));
    out.write('\n');
  }

  private BulkAnswer stored(long line, TaskId id) {
    return store
        .find(id)
        .map(task -> new BulkAnswer(line, id, task.state(), task.result(), task.error(), null))
        .orElseGet(() -> BulkAnswer.refused(line, Problem.notFound("there is no task " + id)));
  }

  /**
   * The client has gone: the tasks go on, and their answers are of no use. Reading and writing may
   * both find it out; it is counted and logged once.
   */
  void hungUp(IOException e) {
    if (gone.complete(null)) {
      counters.hungUp.increment();
      log.info("a bulk client has gone before it had all answers: {}", e.toString());
    }
  }
}
