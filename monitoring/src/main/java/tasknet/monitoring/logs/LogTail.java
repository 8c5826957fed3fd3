package tasknet.monitoring.logs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;

/**
 * What is logged from now on, for any number of readers: one thread looks at the folder four times
 * a second, and only while somebody reads. The newest entries are kept, so that readers wait for
 * none of the others.
 */
final class LogTail implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(250);

  /** A browser that was cut off comes again; until then nothing may be missed. */
  private static final long GOES_ON = Duration.ofSeconds(30).toNanos();

  private static final long MOST_RUNS = 1_000_000_000_000L;
  private static final int MOST_KEPT = 10_000;
  private static final int MOST_KEPT_BYTES = 16 * 1024 * 1024;

  private final LogFolder folder;
  private final NanoClock clock;
  private final Logger log;
  private final Map<Object, TailedFile> followed = new HashMap<>();
  private final Deque<TailedEntry> kept = new ArrayDeque<>();
  private int keptBytes;
  private long newest;
  private long run;
  private int readers;
  private long leftAt;
  private @Nullable Thread thread;
  private boolean closed;

  /**
   * What a reader gets.
   *
   * @param missed whether some before these are no longer kept
   * @param last the number up to which the reader is told
   */
  record Taken(List<TailedEntry> entries, boolean missed, long last) {}

  LogTail(Path folder, NanoClock clock, Logger log) {
    this.folder = new LogFolder(folder);
    this.clock = clock;
    this.log = log;
  }

  /**
   * Somebody begins to read.
   *
   * @throws IOException if the folder cannot be read
   */
  synchronized void enter() throws IOException {
    if (thread == null && !closed) {
      followed.clear();
      follow(true);
      run = ThreadLocalRandom.current().nextLong(MOST_RUNS);
      kept.clear();
      keptBytes = 0;
      newest = 0;
      thread = Thread.ofVirtual().name("log-tail").start(this::watch);
    }
    readers++;
  }

  synchronized void leave() {
    readers--;
    leftAt = clock.nanoTime();
  }

  /** How many read now. */
  synchronized int readers() {
    return readers;
  }

  /** Which of the times of looking it is: numbers begin anew with each. */
  synchronized long run() {
    return run;
  }

  /** The number of the newest entry; 0 before the first. */
  synchronized long newest() {
    return newest;
  }

  synchronized boolean closed() {
    return closed;
  }

  /** Those after a number; waits for one when there is none. */
  synchronized Taken take(long after, Duration wait) throws InterruptedException {
    long until = clock.nanoTime() + wait.toNanos();
    for (long left = wait.toNanos(); newest <= after && !closed && left > 0; ) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
      left = until - clock.nanoTime();
    }
    List<TailedEntry> entries = kept.stream().filter(it -> it.number() > after).toList();
    boolean missed =
        newest > after && (entries.isEmpty() || entries.getFirst().number() > after + 1);
    return new Taken(entries, missed, newest);
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private void watch() {
    try {
      while (look()) {
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      // Nobody does so.
    }
  }

  /** Whether to look again. */
  private synchronized boolean look() {
    boolean isWanted = readers > 0 || clock.nanoTime() - leftAt < GOES_ON;
    if (closed || !isWanted) {
      thread = null;
      return false;
    }
    try {
      follow(false);
      read();
    } catch (IOException e) {
      log.debug("the end of the logs is not read: {}", e.toString());
    }
    return true;
  }

  /** New files are those of new services, and those that follow one that was rolled. */
  private void follow(boolean first) throws IOException {
    Map<Object, LogFile> listed = new HashMap<>();
    for (List<LogFile> files : folder.list().values()) {
      for (LogFile file : files) {
        listed.put(file.key() == null ? file.path() : file.key(), file);
      }
    }
    followed.keySet().retainAll(listed.keySet());
    listed.forEach(
        (key, file) -> {
          TailedFile known = followed.get(key);
          if (known != null) {
            known.seen(file);
          } else if (first) {
            followed.put(key, new TailedFile(file, file.size()));
          } else if (file.day().isEmpty()) {
            followed.put(key, new TailedFile(file, 0));
          }
        });
  }

  private void read() {
    long now = clock.nanoTime();
    List<TailedEntry> found = new ArrayList<>();
    Collection<TailedFile> files = followed.values();
    for (TailedFile tailed : files) {
      LogFile file = tailed.file();
      try {
        TailedFile.Found some = tailed.read(now);
        if (some.passedOver()) {
          found.add(new TailedEntry(0, file.service(), null, null));
        }
        for (RawEntry raw : some.entries()) {
          LogEntry entry = EntryText.read(raw, file.service(), file.name());
          found.add(new TailedEntry(0, file.service(), raw.head(), entry));
        }
      } catch (IOException e) {
        log.debug("{} is not read: {}", file.name(), e.toString());
      }
    }
    found.sort(
        Comparator.comparing(LogTail::time, Comparator.nullsFirst(Comparator.naturalOrder())));
    found.forEach(this::keep);
    if (!found.isEmpty()) {
      notifyAll();
    }
  }

  private static @Nullable Instant time(TailedEntry entry) {
    return entry.head() == null ? null : entry.head().time();
  }

  private void keep(TailedEntry entry) {
    newest++;
    kept.addLast(new TailedEntry(newest, entry.service(), entry.head(), entry.entry()));
    keptBytes += size(entry);
    while (kept.size() > MOST_KEPT || keptBytes > MOST_KEPT_BYTES) {
      keptBytes -= size(kept.removeFirst());
    }
  }

  private static int size(TailedEntry entry) {
    return entry.entry() == null ? 0 : entry.entry().size();
  }
}
