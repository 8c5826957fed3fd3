package tasknet.devtools.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.EventLoop;

/**
 * A process on a host of its own: it is started, killed and started again; it can be stopped for a
 * while, as by SIGSTOP; its event loop is turned whenever its thread would wake.
 */
abstract class SimulatedProcess {
  /** A thread is as late as this, when it is woken. */
  private static final long WAKING = 100_000;

  /** A loop that does not ask to be woken is turned after this, as its thread does. */
  private static final long IDLE = 60_000_000_000L;

  private static final long CATCHING_UP = 1_000_000;

  private static final int TURNS_AT_ONCE = 10_000;

  final String host;
  final VirtualTime time;
  private final SplittableRandom random;
  private final Queue<Runnable> deferred = new ArrayDeque<>();
  private final List<Runnable> onEnd = new ArrayList<>();
  private @Nullable EventLoop loop;
  private boolean alive;
  private boolean paused;
  private boolean waking;
  private long starts;
  private long wakes;
  private long resumedAt = Long.MIN_VALUE / 2;

  SimulatedProcess(String host, VirtualTime time, SplittableRandom random) {
    this.host = host;
    this.time = time;
    this.random = random;
  }

  boolean isAlive() {
    return alive;
  }

  boolean isPaused() {
    return paused;
  }

  /** Whether what it does now may have waited while it was paused. */
  final boolean catchesUp() {
    return time.nanoTime() - resumedAt < CATCHING_UP;
  }

  /** To be called when the process begins. */
  final void begin(@Nullable EventLoop itsLoop) {
    alive = true;
    starts++;
    loop = itsLoop;
    wakeIfThereIsWork();
    wake();
  }

  /** To be called when it ends, however. */
  final void end() {
    alive = false;
    paused = false;
    loop = null;
    waking = false;
    wakes++;
    deferred.clear();
    List<Runnable> told = List.copyOf(onEnd);
    onEnd.clear();
    told.forEach(Runnable::run);
  }

  /** Done when this start of the process ends: the others see their connections end. */
  final void onEnd(Runnable work) {
    onEnd.add(work);
  }

  final void pause() {
    paused = alive;
  }

  final void resume() {
    if (paused) {
      paused = false;
      resumedAt = time.nanoTime();
      while (!deferred.isEmpty() && !paused && alive) {
        deferred.remove().run();
      }
      wake();
    }
  }

  /** The same work as long as this start of the process lives; later, while it is paused. */
  final Runnable here(Runnable work) {
    long start = starts;
    return () -> {
      if (alive && start == starts) {
        if (paused) {
          deferred.add(work);
        } else {
          work.run();
        }
      }
    };
  }

  /** Does something later, as long as this start of the process lives. */
  final void after(long nanos, Runnable work) {
    time.after(nanos, here(work));
  }

  /** To be called after each event. */
  final void wakeIfThereIsWork() {
    if (loop != null && !waking && loop.hasWork()) {
      wake();
    }
  }

  private void wake() {
    if (loop != null && !paused) {
      waking = true;
      long wake = ++wakes;
      time.after(random.nextLong(WAKING), () -> turn(wake));
    }
  }

  private void turn(long wake) {
    if (wake != wakes || loop == null) {
      return;
    }
    waking = false;
    if (paused) {
      return;
    }
    EventLoop turned = loop;
    Long next = turned.turn();
    for (int turns = 0; turned.hasWork(); turns++) {
      if (turns == TURNS_AT_ONCE) {
        throw new AssertionError("the loop of " + host + " never rests");
      }
      next = turned.turn();
    }
    if (loop == turned) {
      long later = ++wakes;
      long due = next == null ? time.nanoTime() + IDLE : Math.max(next, time.nanoTime());
      time.at(due + 1 + random.nextLong(WAKING), () -> turn(later));
    }
  }
}
