package tasknet.monitoring.history;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;

/**
 * Writes the history into its files, in a thread of its own, so that a slow disk keeps nobody
 * waiting. What cannot be written stays in memory and is written when it can.
 */
final class Keeper implements AutoCloseable {
  private static final int MOST_WAITING = 1_000;
  private static final long AGAIN_AFTER = Duration.ofSeconds(10).toNanos();

  private final Path folder;
  private final SampleRing ring;
  private final Markers markers;
  private final NanoClock clock;
  private final Logger log;
  private final Counter written;
  private final Counter failed;
  private final BlockingQueue<Object> news = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Thread thread = Thread.ofPlatform().daemon().name("history").unstarted(this::run);
  private volatile @Nullable String problem;
  private @Nullable SampleFile file;
  private boolean loaded;
  private long nextTry;

  Keeper(
      Path folder,
      SampleRing ring,
      Markers markers,
      NanoClock clock,
      MeterRegistry meters,
      Logger log) {
    this.folder = folder;
    this.ring = ring;
    this.markers = markers;
    this.clock = clock;
    this.log = log;
    written =
        Counter.builder("tasknet.history.writes")
            .description("samples and markers that were written into the history")
            .register(meters);
    failed =
        Counter.builder("tasknet.history.writes.failed")
            .description("samples and markers that stay in memory only")
            .register(meters);
  }

  /** Reads what was kept. */
  void start() {
    open();
    thread.start();
  }

  /** Why nothing is kept over a restart; null when it is. */
  @Nullable String problem() {
    return problem;
  }

  void keep(Sample sample) {
    offer(sample);
  }

  void keep(Marker marker) {
    offer(marker);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void offer(Object some) {
    if (!news.offer(some)) {
      failed.increment();
    }
  }

  private void run() {
    try {
      while (true) {
        write(news.take());
      }
    } catch (InterruptedException e) {
      news.forEach(this::write);
      closeFile();
    }
  }

  private void write(Object some) {
    if (file == null && clock.nanoTime() - nextTry >= 0) {
      open(); // which also writes what is in memory, and so this
    }
    SampleFile open = file;
    if (open == null) {
      failed.increment();
      return;
    }
    try {
      if (some instanceof Sample sample) {
        open.write(sample);
      } else if (some instanceof Marker marker) {
        markers.append(markersFile(), marker);
      }
      written.increment();
    } catch (IOException e) {
      failed.increment();
      fail(e);
    }
  }

  private void open() {
    try {
      Files.createDirectories(folder);
      SampleFile opened =
          SampleFile.open(
              folder.resolve("monitoring-history.bin"),
              loaded ? new SampleRing() : ring,
              log::warn);
      file = opened;
      if (loaded) {
        opened.writeAll(ring);
        markers.writeAll(markersFile());
        log.info("the history is kept in {} again", folder);
      } else {
        markers.load(markersFile());
      }
      problem = null;
    } catch (IOException e) {
      fail(e);
    }
    loaded = true;
  }

  private void fail(IOException e) {
    closeFile();
    nextTry = clock.nanoTime() + AGAIN_AFTER;
    if (problem == null) {
      log.warn("the history is kept in memory only: {}", e.toString());
    }
    problem = "it cannot be written into " + folder + ": " + e.getMessage();
  }

  private void closeFile() {
    SampleFile open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.debug("the history was not closed: {}", e.toString());
      }
    }
  }

  private Path markersFile() {
    return folder.resolve("monitoring-markers.ndjson");
  }
}
