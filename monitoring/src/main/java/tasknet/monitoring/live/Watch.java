package tasknet.monitoring.live;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;

/**
 * Asks one service again and again and keeps what it answered last. It has a thread of its own, so
 * that a service that hangs delays nothing but the news of itself, and never two questions at a
 * time.
 */
final class Watch<T> implements AutoCloseable {
  /** A question that takes no longer than its timeout. */
  interface Question<T> {
    T ask() throws InterruptedException;
  }

  /** While nobody looks; a little less than the step of the history, which then has no holes. */
  static final Duration UNWATCHED = Duration.ofMillis(1_900);

  private final Question<T> question;
  private final Duration period;
  private final Attention attention;
  private final NanoClock clock;
  private final Logger log;
  private final Thread thread;
  private final List<Consumer<T>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable T last;
  private volatile boolean closed;

  Watch(
      String name,
      Question<T> question,
      Duration period,
      Attention attention,
      NanoClock clock,
      Logger log) {
    this.question = question;
    this.period = period;
    this.attention = attention;
    this.clock = clock;
    this.log = log;
    this.thread = Thread.ofVirtual().name("watch-" + name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Hears each answer, before the next question; it must not wait for anything. */
  void onAnswer(Consumer<T> listener) {
    listeners.add(listener);
  }

  /** What was answered last; null before the first answer. */
  @Nullable T last() {
    return last;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try {
      while (!closed) {
        long from = clock.nanoTime();
        try {
          T answer = question.ask();
          last = answer;
          listeners.forEach(listener -> listener.accept(answer));
        } catch (RuntimeException e) {
          if (!closed) {
            log.error("looking at another service failed", e);
          }
        }
        attention.pause(from, period, UNWATCHED);
      }
    } catch (InterruptedException e) {
      // It is being closed.
    }
  }
}
