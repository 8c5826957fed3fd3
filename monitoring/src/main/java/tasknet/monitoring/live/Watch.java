package tasknet.monitoring.live;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.monitoring.attention.Attention;
import tasknet.runtime.NanoClock;

/**
 * Asks one service again and again and keeps what it answered last. It has a thread of its own, so
 * that a service that hangs delays nothing but the news of itself, and never two questions at a
 * time.
 */
final class Watch<T> implements AutoCloseable {
  /** A question that takes no longer than its timeout. */
  interface Question<T> {
    /**
     * Asks.
     *
     * @param looked whether somebody looks at the answer; else as little is asked as the history
     *     needs
     */
    T ask(boolean looked);
  }

  /** While nobody looks; a little less than the step of the history, which then has no holes. */
  static final Duration UNWATCHED = Duration.ofMillis(1_900);

  /** While nobody looks and nothing happens; for less than the JDK keeps a connection open. */
  static final Duration QUIET = Duration.ofMillis(3_900);

  private final Question<T> question;
  private final BiPredicate<T, T> quiet;
  private final Duration period;
  private final Attention attention;
  private final NanoClock clock;
  private final Logger log;
  private final Thread thread;
  private final List<Consumer<T>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable T last;
  private boolean complete;
  private volatile boolean closed;

  /**
   * @param quiet whether nothing happened from one answer to the next
   * @param period from one question to the next while somebody looks
   */
  Watch(
      String name,
      Question<T> question,
      BiPredicate<T, T> quiet,
      Duration period,
      Attention attention,
      NanoClock clock,
      Logger log) {
    this.question = question;
    this.quiet = quiet;
    this.period = period;
    this.attention = attention;
    this.clock = clock;
    this.log = log;
    this.thread = Thread.ofPlatform().daemon().name("watch-" + name).unstarted(this::run);
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

  /** Waits for an answer to a question that was asked for somebody who looks, if there is none. */
  synchronized void awaitComplete(Duration most) throws InterruptedException {
    long until = clock.nanoTime() + most.toNanos();
    for (long left = most.toNanos(); left > 0 && !complete; left = until - clock.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
  }

  private synchronized void answered(T answer, boolean looked) {
    last = answer;
    complete = looked;
    notifyAll();
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
        T before = last;
        Duration unwatched = UNWATCHED;
        try {
          boolean looked = attention.isThere();
          T answer = question.ask(looked);
          if (closed) {
            return;
          }
          answered(answer, looked);
          listeners.forEach(listener -> listener.accept(answer));
          if (before != null && quiet.test(before, answer)) {
            unwatched = QUIET;
          }
        } catch (RuntimeException e) {
          if (!closed) {
            log.error("looking at another service failed", e);
          }
        }
        attention.pause(from, period, unwatched);
      }
    } catch (InterruptedException e) {
      // It is being closed.
    }
  }
}
