package tasknet.nameservice;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Keeps the file up to date from a thread of its own. A burst of changes becomes one write; while
 * the file cannot be written, it tries again and the service goes on in memory.
 */
final class RegistryWriter implements AutoCloseable {
  /**
   * How long things take.
   *
   * @param gather how long changes are gathered before they are written
   * @param retry how long after a failed write the next is tried
   */
  record Pace(Duration gather, Duration retry) {
    static final Pace DEFAULT = new Pace(Duration.ofMillis(100), Duration.ofSeconds(2));
  }

  private final RegistryFile file;
  private final Supplier<RegistryContent> content;
  private final Pace pace;
  private final Logger log;
  private final AtomicBoolean due = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread;
  private boolean failing; // of whoever writes: the thread, and after its end close()

  RegistryWriter(RegistryFile file, Supplier<RegistryContent> content, Pace pace, Logger log) {
    this.file = file;
    this.content = content;
    this.pace = pace;
    this.log = log;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("registry-writer").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Something is to be written soon. */
  void changed() {
    writeAfter(pace.gather());
  }

  /** Writes what was not written yet. */
  @Override
  public void close() {
    thread.close();
    if (due.get()) {
      write();
    }
  }

  private void writeAfter(Duration delay) {
    if (due.compareAndSet(false, true)) {
      var _ = thread.schedule(this::write, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void write() {
    due.set(false);
    try {
      file.write(content.get());
      if (failing) {
        failing = false;
        log.info("{} is written again", file.path());
      }
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        failing = true;
        log.warn(
            "{} cannot be written, so a restart would forget workers until their next heartbeat;"
                + " trying again every {}: {}",
            file.path(),
            pace.retry(),
            e.toString());
      }
      writeAfter(pace.retry());
    }
  }
}
