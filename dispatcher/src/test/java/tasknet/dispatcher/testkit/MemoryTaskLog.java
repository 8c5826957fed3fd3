package tasknet.dispatcher.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.wal.LogRecord;
import tasknet.dispatcher.wal.TaskLog;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * A log that keeps the contract in memory and writes when it is told to: what was appended waits
 * until {@link #commit}, and a {@link #crash} loses it. What is written is on a {@link Disk}, from
 * which another log goes on.
 */
public class MemoryTaskLog implements TaskLog {
  private final Disk disk;
  private Consumer<MemoryTaskLog> toCommit;
  private List<Pending> pending = new ArrayList<>();
  private @Nullable LongConsumer crowded;
  private long first;
  private boolean gone;
  private boolean closed;

  /** What outlives the process. */
  public static final class Disk {
    private final int recordsInSegment;
    private final int mostSegments;
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private long last;

    /** One whose segments take a hundred records, and of which four are not too many. */
    public Disk() {
      this(100, 4);
    }

    /**
     * @param recordsInSegment with so many or more a segment is followed by another one
     * @param mostSegments more are too many
     */
    public Disk(int recordsInSegment, int mostSegments) {
      this.recordsInSegment = recordsInSegment;
      this.mostSegments = mostSegments;
    }

    /** The numbers of the segments, in ascending order. */
    public List<Long> segments() {
      return List.copyOf(segments.keySet());
    }

    /** What is written, the oldest first. */
    public List<LogRecord> records() {
      return segments.values().stream().flatMap(segment -> segment.records.stream()).toList();
    }

    /** The tasks that have not left, in the order in which they were added. */
    public List<HeldTask> tasks() {
      Map<TaskId, HeldTask> tasks = new LinkedHashMap<>();
      records().forEach(each -> replay(each, tasks));
      return List.copyOf(tasks.values());
    }

    /** Loses the youngest record, as no disk may. */
    public void loseLast() {
      for (Segment segment : segments.descendingMap().values()) {
        if (!segment.records.isEmpty()) {
          segment.records.removeLast();
          return;
        }
      }
    }

    private static void replay(LogRecord written, Map<TaskId, HeldTask> tasks) {
      switch (written) {
        // One that is there already keeps its place.
        case LogRecord.Added(var task) -> tasks.put(task.id(), new HeldTask(task, null, null));
        case LogRecord.Begun(var start) ->
            tasks.computeIfPresent(
                start.attempt().task(), (_, held) -> new HeldTask(held.task(), start, null));
        case LogRecord.Completed(var attempt, var at, var result) -> {
          AttemptEnd end =
              new AttemptEnd(
                  attempt, at, new Outcome.Completed(result), TaskState.COMPLETED, null, false);
          tasks.computeIfPresent(
              attempt.task(), (_, held) -> new HeldTask(held.task(), held.start(), end));
        }
        case LogRecord.Left(var task) -> tasks.remove(task);
      }
    }

    private void begin() {
      last++;
      segments.put(last, new Segment());
    }

    /** Answers the number of the segment that they are in. */
    private long write(List<LogRecord> records) {
      if (segment(last).records.size() >= recordsInSegment) {
        begin();
      }
      Segment segment = segment(last);
      segment.records.addAll(records);
      segment.tasks += (int) records.stream().filter(LogRecord.Added.class::isInstance).count();
      return last;
    }

    private Segment segment(long number) {
      Segment segment = segments.get(number);
      if (segment == null) {
        throw new IllegalStateException("there is no segment " + number);
      }
      return segment;
    }

    /** From a segment on, if that is the oldest; the last one stays, as it is written to. */
    private void deleteEmpty(long from) {
      while (segments.firstKey() >= from
          && segments.size() > 1
          && segments.firstEntry().getValue().tasks == 0) {
        segments.pollFirstEntry();
      }
    }
  }

  private static final class Segment {
    final List<LogRecord> records = new ArrayList<>();

    /** That were added in it and are still in it. */
    int tasks;
  }

  private record Pending(List<LogRecord> records, CompletableFuture<Long> future) {}

  /**
   * @param toCommit told when something waits that did not before
   */
  public MemoryTaskLog(Disk disk, Consumer<MemoryTaskLog> toCommit) {
    this.disk = disk;
    this.toCommit = toCommit;
  }

  /** A log that writes each call at once. */
  public static MemoryTaskLog atOnce(Disk disk) {
    return new MemoryTaskLog(disk, MemoryTaskLog::commit);
  }

  /** Told of each record that is written. */
  protected void written(LogRecord record) {}

  // ---- committing ------------------------------------------------------------------------------

  /** Writes from now on when it is told to. */
  public synchronized void byHand() {
    toCommit = _ -> {};
  }

  /** Writes what waits, and tells those who asked. */
  public synchronized void commit() {
    long before = disk.last;
    write().forEach(Runnable::run);
    if (disk.last > before && disk.segments.size() > disk.mostSegments && crowded != null) {
      crowded.accept(disk.segments.firstKey());
    }
  }

  /** Whether something waits to be written. */
  public synchronized boolean isCommitting() {
    return !pending.isEmpty();
  }

  /** What waits fails, and nothing of it is kept. */
  public synchronized void fail(StoreException failure) {
    List<Pending> group = pending;
    pending = new ArrayList<>();
    group.forEach(each -> each.future.completeExceptionally(failure));
  }

  /**
   * The process ends: nobody is told of anything any more.
   *
   * @param committed whether what waits was written just before
   */
  public synchronized void crash(boolean committed) {
    if (committed) {
      write();
    }
    pending.clear();
    gone = true;
  }

  private List<Runnable> write() {
    List<Pending> group = pending;
    pending = new ArrayList<>();
    List<Runnable> told = new ArrayList<>();
    for (Pending each : group) {
      long segment = disk.write(each.records);
      each.records.forEach(this::written);
      told.add(() -> each.future.complete(segment));
    }
    return told;
  }

  // ---- the contract ----------------------------------------------------------------------------

  @Override
  public synchronized List<HeldTask> start(LongConsumer tooMany) {
    if (crowded != null) {
      throw new IllegalStateException("a log is started once");
    }
    crowded = tooMany;
    List<HeldTask> held = disk.tasks();
    disk.begin();
    first = disk.last;
    return held;
  }

  @Override
  public synchronized void clear() {
    if (!gone) {
      disk.segments.headMap(first).clear();
      disk.deleteEmpty(first);
    }
  }

  @Override
  public synchronized CompletableFuture<Long> append(List<LogRecord> records) {
    if (crowded == null) {
      throw new IllegalStateException("the log is not started");
    }
    if (closed) {
      return CompletableFuture.failedFuture(new StoreException("the log is closed"));
    }
    CompletableFuture<Long> future = new CompletableFuture<>();
    if (!gone) {
      pending.add(new Pending(List.copyOf(records), future));
      if (pending.size() == 1) {
        toCommit.accept(this);
      }
    }
    return future;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if so many are not in it
   */
  @Override
  public synchronized void release(long segment, int tasks) {
    if (gone) {
      return;
    }
    Segment released = disk.segment(segment);
    if (segment < first || tasks < 0 || tasks > released.tasks) {
      throw new IllegalStateException(
          tasks + " tasks are released from segment " + segment + ", which has " + released.tasks);
    }
    released.tasks -= tasks;
    disk.deleteEmpty(first);
  }

  @Override
  public void flush() {
    commit();
  }

  @Override
  public synchronized void close() {
    commit();
    closed = true;
    if (disk.segments.values().stream().allMatch(each -> each.tasks == 0)) {
      disk.segments.clear();
    }
  }
}
