package tasknet.dispatcher.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.CommitFigures;
import tasknet.dispatcher.store.GroupQueue;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.task.HeldTask;
import tasknet.runtime.NanoClock;

/**
 * A log in files of a folder: the segments {@code tasks.db-log-0000000001} and so on, so that who
 * moves {@code tasks.db} away with all that begins with its name has the log, too. One thread
 * writes all that waits as one group: while one group is on its way to the disk, the next gathers.
 */
public final class FileTaskLog implements TaskLog {
  private static final int MOST_APPENDS = 1024;
  private static final long MOST_BYTES = 4 << 20;

  private final LogFolder folder;
  private final LogDisk disk;
  private final GroupQueue<Append> queue =
      new GroupQueue<>(MOST_APPENDS, MOST_BYTES, Append::bytes);
  private final SegmentChain chain;
  private final CommitFigures figures = new CommitFigures();
  private final Options options;
  private final NanoClock clock;
  private final Logger log;

  /** The segments that were there at the start and still are. */
  private final List<Long> found = new CopyOnWriteArrayList<>();

  private volatile @Nullable LogWriter writer;
  private volatile @Nullable Thread thread;

  /**
   * Where it is, and how large it may become.
   *
   * @param folder where the segments are; it is made when it is not there. No two logs may use it
   *     at the same time
   * @param segmentBytes when another segment is begun; one may be larger by a group
   * @param mostSegments with more than that the log is crowded
   */
  public record Options(Path folder, long segmentBytes, int mostSegments) {
    private static final long STANDARD_BYTES = 16 << 20;
    private static final int STANDARD_SEGMENTS = 4;
    private static final long LARGEST = 1 << 30;

    /**
     * @throws IllegalArgumentException if a segment is not of 1 byte to 1 GiB, or none is allowed
     */
    public Options {
      if (segmentBytes < 1 || segmentBytes > LARGEST) {
        throw new IllegalArgumentException("segmentBytes must be 1 to " + LARGEST);
      }
      if (mostSegments < 1) {
        throw new IllegalArgumentException("mostSegments must be at least 1");
      }
    }

    /** Segments of 16 MiB; it is crowded with more than four. */
    public static Options standard(Path folder) {
      return new Options(folder, STANDARD_BYTES, STANDARD_SEGMENTS);
    }
  }

  /** It uses the folder when it is started. */
  public FileTaskLog(Options options, NanoClock clock, Logger log) {
    this(options, LogDisk.REAL, clock, log);
  }

  FileTaskLog(Options options, LogDisk disk, NanoClock clock, Logger log) {
    this.options = options;
    this.folder = new LogFolder(options.folder());
    this.disk = disk;
    this.chain = new SegmentChain(disk, folder, options.segmentBytes());
    this.clock = clock;
    this.log = log;
  }

  /**
   * Reads a log without changing it, also while a dispatcher uses it: with all that was appended
   * before this was called, and perhaps some of what was appended meanwhile.
   *
   * @return as {@link #start} does; none when there is no log
   * @throws StoreException if it cannot be used; the message says what to do
   */
  public static List<HeldTask> read(Path folder) {
    return LogReplay.read(new LogFolder(folder)).tasks();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if it was started before
   */
  @Override
  public synchronized List<HeldTask> start(LongConsumer crowded) {
    if (writer != null) {
      throw new IllegalStateException("the log was started before");
    }
    LogWriter begun =
        new LogWriter(queue, chain, figures, options.mostSegments(), crowded, clock, log);
    LogReplay.Found before = LogReplay.read(folder);
    try {
      Files.createDirectories(folder.path());
      found.addAll(before.segments());
      endLastOf(before);
      chain.startAt(before.segments().isEmpty() ? 1 : before.segments().getLast() + 1);
      begun.begin();
    } catch (IOException e) {
      throw new StoreException("the log of tasks in " + folder.path() + " cannot be used: " + e, e);
    }
    if (found.isEmpty()) {
      begun.allowDeleting();
    }
    writer = begun;
    queue.open();
    Thread working = Thread.ofPlatform().name("log-writer").unstarted(begun::work);
    thread = working;
    working.start();
    return before.tasks();
  }

  /** Another one follows, and only the last may end with what a crash left. */
  private void endLastOf(LogReplay.Found before) throws IOException {
    if (found.isEmpty()) {
      return;
    }
    long last = found.getLast();
    SegmentReader.End end = before.end();
    if (end.torn() > 0) {
      log.warn(
          "{} ends with {} bytes of a write that a crash cut short; nobody was told of what is in"
              + " them, and they are removed",
          folder.file(last),
          end.torn());
    }
    if (end.bytes() == 0) {
      disk.delete(folder.file(last));
      disk.force(folder.path());
      found.removeLast();
    } else {
      disk.cut(folder.file(last), end.bytes());
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws StoreException if one cannot be deleted; it may be called again
   */
  @Override
  public synchronized void clear() {
    LogWriter begun = writer;
    if (begun == null) {
      throw new IllegalStateException("the log was not started");
    }
    while (!found.isEmpty()) {
      Path file = folder.file(found.getFirst());
      try {
        disk.delete(file);
      } catch (IOException e) {
        throw new StoreException(file + " cannot be deleted: " + e, e);
      }
      // Each for itself: a later one that is gone would let tasks of an earlier one come back.
      disk.force(folder.path());
      found.removeFirst();
    }
    begun.allowDeleting();
  }

  @Override
  public CompletableFuture<Long> append(List<LogRecord> records) {
    Append append = new Append(records);
    return queue.offer(append)
        ? append.future()
        : CompletableFuture.failedFuture(new StoreException("the store is closed"));
  }

  @Override
  public void flush() {
    CompletableFuture<Long> before = append(List.of());
    try {
      before.join();
    } catch (CompletionException e) {
      // Whoever appended what was written with it is told of that.
    }
  }

  @Override
  public void release(long segment, int tasks) {
    if (chain.release(segment, tasks)) {
      queue.wake();
    }
  }

  /** How it fares. */
  public LogStats stats() {
    LogWriter begun = writer;
    return begun == null
        ? new LogStats(0, 0, 0, 0, 0, 0)
        : new LogStats(
            begun.commits.get(),
            begun.records.get(),
            begun.bytes.get(),
            chain.size() + found.size(),
            queue.size(),
            begun.failures.get());
  }

  /** How it groups. */
  public CommitFigures figures() {
    return figures;
  }

  @Override
  public void close() {
    Thread working = thread;
    if (Thread.currentThread() == working) {
      throw new IllegalStateException("the log cannot be closed by its thread");
    }
    if (working == null) {
      queue.close();
    } else {
      queue.close(working);
    }
  }
}
