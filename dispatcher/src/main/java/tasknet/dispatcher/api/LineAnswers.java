package tasknet.dispatcher.api;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.dispatch.TaskEnd;
import tasknet.dispatcher.store.TaskStore;
import tasknet.http.HttpServer;
import tasknet.http.LineAnswer;
import tasknet.http.Problem;
import tasknet.http.RequestSpan;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * The answers of one bulk or stream, written by a thread of its own in the order in which they
 * come; what is there at the same time goes out together. At most {@link #WINDOW} lines are between
 * being read and being answered on the wire: who does not read is not read from, and nobody else is
 * held up.
 */
final class LineAnswers {
  /** Lines between being read and being answered. */
  static final int WINDOW = 10_000;

  private static final int BUFFER = 16 * 1024;

  /** Items that are taken at once. Their lines leave the window when all of them are written. */
  private static final int TOGETHER = 128;

  /** Longer results are read from the store when their turn comes, and not held until then. */
  private static final int HELD = 1024;

  /** Made when it is written. */
  private sealed interface Item {
    /** The last word on a line. */
    record Ready(LineAnswer answer) implements Item {}

    /** The last word on a line, which the store has. */
    record Stored(Line line, TaskId id) implements Item {}

    /** A word that is not the last. */
    record Note(LineAnswer answer) implements Item {}

    /** Something is to be written, so that a dead connection shows itself. */
    record Pulse() implements Item {}

    record End() implements Item {}
  }

  /**
   * Which line is answered.
   *
   * @param span which ends with the last word on the line; null for none
   */
  record Line(long number, @Nullable JsonText ref, @Nullable RequestSpan span) {
    private void answered() {
      if (span != null) {
        span.answered(200);
      }
    }
  }

  /** What an answer looks like. */
  interface Form {
    LineAnswer of(
        Line line,
        @Nullable TaskId id,
        @Nullable TaskState state,
        @Nullable JsonText result,
        @Nullable TaskError error,
        @Nullable Problem problem);
  }

  /**
   * What kind of submission it is.
   *
   * @param name for the log
   * @param pulses whether blank lines are written also while nothing is unanswered
   */
  record Kind(String name, Form form, boolean pulses) {}

  private final OutputStream out;
  private final Kind kind;
  private final TaskStore store;
  private final LineCounters counters;
  private final Logger log;
  private final Semaphore window = new Semaphore(WINDOW);
  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
  private final Duration pulse;
  private final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();
  private final Thread writer;

  /** Whether nothing was written since somebody looked. */
  private volatile boolean isSilent = true;

  private volatile boolean closed;

  /**
   * @param pulse after so long without an answer at the latest a blank line is written, by which a
   *     connection that is dead shows itself
   */
  LineAnswers(
      OutputStream out,
      Kind kind,
      TaskStore store,
      LineCounters counters,
      Logger log,
      Duration pulse) {
    this.out = new BufferedOutputStream(out, BUFFER);
    this.kind = kind;
    this.store = store;
    this.counters = counters;
    this.log = log;
    this.pulse = pulse;
    this.writer = Thread.ofVirtual().name(kind.name() + "-answers").unstarted(this::write);
  }

  void start() {
    writer.start();
    pulseLater();
  }

  /** A timer for all: one for each wait would be set and stopped with each answer. */
  private void pulseLater() {
    CompletableFuture.delayedExecutor(pulse.toNanos() / 2, TimeUnit.NANOSECONDS, Runnable::run)
        .execute(
            () -> {
              if (!closed && !clientIsGone()) {
                if (isSilent && (kind.pulses() || window.availablePermits() < WINDOW)) {
                  items.add(new Item.Pulse());
                }
                isSilent = true;
                pulseLater();
              }
            });
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

  // ---- none of these block ---------------------------------------------------------------------

  /** The task was taken, and that is all that is to be said of its line. */
  void kept(Line line, TaskId id, TaskState state) {
    line.answered();
    items.add(new Item.Ready(kind.form().of(line, id, state, null, null, null)));
  }

  /** The task was taken; its line is answered again. */
  void accepted(Line line, TaskId id, TaskState state) {
    items.add(new Item.Note(kind.form().of(line, id, state, null, null, null)));
  }

  /** No task was taken. */
  void refused(Line line, Problem problem) {
    counters.refused.increment();
    if (line.span() != null) {
      line.span().failed(problem);
    }
    items.add(new Item.Ready(kind.form().of(line, null, null, null, null, problem)));
  }

  /** The task has ended. */
  private void ended(Line line, TaskId id, TaskEnd end) {
    Item item =
        switch (end.outcome()) {
          case Outcome.Completed(var result) when result.text().length() > HELD ->
              new Item.Stored(line, id);
          case Outcome.Completed(var result) ->
              new Item.Ready(kind.form().of(line, id, end.state(), result, null, null));
          case Outcome.Failed(TaskError error) ->
              new Item.Ready(kind.form().of(line, id, end.state(), null, error, null));
          case null -> new Item.Ready(kind.form().of(line, id, end.state(), null, null, null));
        };
    line.answered();
    items.add(item);
  }

  /** Nobody waits for the task any longer: it is answered as it stands. */
  private void asItStands(Line line, TaskId id) {
    line.answered();
    items.add(new Item.Stored(line, id));
  }

  /**
   * The last word on a line, whatever it is.
   *
   * @param end null when nobody waits for the task any longer
   * @param refusal why no task was taken; null when one was
   */
  void answered(Line line, TaskId id, @Nullable TaskEnd end, @Nullable Throwable refusal) {
    if (refusal != null) {
      refused(line, HttpServer.problem(refusal));
    } else if (end == null) {
      asItStands(line, id);
    } else {
      ended(line, id, end);
    }
  }

  /** Something that is not of a line. */
  void note(LineAnswer answer) {
    items.add(new Item.Note(answer));
  }

  // ----------------------------------------------------------------------------------------------

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
    closed = true;
    items.add(new Item.End());
    writer.join();
  }

  private void write() {
    try {
      flush(); // the answer begins, although nothing may be known for long
      List<Item> ready = new ArrayList<>(TOGETHER);
      do {
        ready.clear();
        next(ready);
      } while (writeAll(ready));
      flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes what is there; waits until there is something. */
  private void next(List<Item> ready) throws InterruptedException {
    if (items.drainTo(ready, TOGETHER) == 0) {
      flush();
      ready.add(items.take());
    }
    isSilent = false;
  }

  /** Returns whether there will be more. */
  private boolean writeAll(List<Item> ready) {
    int answered = 0;
    boolean open = true;
    for (int index = 0; open && index < ready.size(); index++) {
      Item item = ready.get(index);
      write(item);
      answered += item instanceof Item.Ready || item instanceof Item.Stored ? 1 : 0;
      open = !(item instanceof Item.End);
    }
    window.release(answered);
    return open;
  }

  private void write(Item item) {
    if (clientIsGone()) {
      return;
    }
    try {
      switch (item) {
        case Item.Ready(LineAnswer answer) -> writeLine(answer);
        case Item.Note(LineAnswer answer) -> writeLine(answer);
        case Item.Stored(Line line, TaskId id) -> writeLine(stored(line, id));
        case Item.Pulse _ -> out.write('\n');
        case Item.End _ -> {}
      }
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

  private void writeLine(LineAnswer answer) throws IOException {
    out.write(answer.json());
    out.write('\n');
  }

  private LineAnswer stored(Line line, TaskId id) {
    return store
        .find(id)
        .map(task -> kind.form().of(line, id, task.state(), task.result(), task.error(), null))
        .orElseGet(
            () ->
                kind.form()
                    .of(line, null, null, null, null, Problem.notFound("there is no task " + id)));
  }

  /**
   * The client has gone: the tasks go on, and their answers are of no use. Reading and writing may
   * both find it out; it is counted and logged once.
   */
  void hungUp(IOException e) {
    if (gone.complete(null)) {
      counters.hungUp.increment();
      log.info("a {} client has gone before it had all answers: {}", kind.name(), e.toString());
    }
  }
}
