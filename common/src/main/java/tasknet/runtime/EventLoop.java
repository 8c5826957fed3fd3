package tasknet.runtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread that owns the state of a service, so that the state needs no locks. Others hand it
 * work with {@link #execute}; after each batch of work, and when it asked to be woken, the {@link
 * Owner} gets its turn. Tests call {@link #turn} themselves and start no thread.
 */
public final class EventLoop implements Executor, AutoCloseable {
  /** Work done before the owner's turn, so that a flood of it delays no timer. */
  private static final int BATCH = 256;

  private static final long IDLE = java.time.Duration.ofMinutes(1).toNanos();

  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final NanoClock clock;
  private final Owner owner;
  private final Thread.UncaughtExceptionHandler onFault;
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean closed;

  /** Whose state it is. */
  public interface Owner {
    /**
     * Called after each batch: do what is due, send what is ready.
     *
     * @return when to be called again at the latest, on the nano clock; null for no matter when
     */
    @Nullable Long turn(long now);
  }

  /**
   * @param onFault told what a piece of work threw; the loop goes on
   */
  public EventLoop(
      String name, NanoClock clock, Owner owner, Thread.UncaughtExceptionHandler onFault) {
    this.clock = clock;
    this.owner = owner;
    this.onFault = onFault;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Hands over work; it is done in the order of the calls. Ignored when the loop is closed. */
  @Override
  public void execute(Runnable work) {
    inbox.add(work);
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Does what is waiting, up to a batch, and the owner's turn.
   *
   * @return when the next turn is wanted: now when there is more work, null for no matter when
   */
  public @Nullable Long turn() {
    int done = 0;
    Runnable work;
    while (done < BATCH && (work = inbox.poll()) != null) {
      done++;
      guarded(work);
    }
    Long next = ownersTurn();
    return inbox.isEmpty() ? next : Long.valueOf(clock.nanoTime());
  }

  /**
   * Whether somebody has handed over work that is not done; for whoever takes the turns by hand.
   */
  public boolean hasWork() {
    return !inbox.isEmpty();
  }

  /** Lets the work that is under way finish, and stops. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    if (Thread.currentThread() != thread && thread.getState() != Thread.State.NEW) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    while (!closed) {
      Long next = turn();
      Thread.interrupted(); // an interrupt that was left behind would end every sleep at once
      asleep = true;
      long wait = next == null ? IDLE : next - clock.nanoTime();
      if (wait > 0 && inbox.isEmpty() && !closed) {
        LockSupport.parkNanos(this, wait);
      }
      asleep = false;
    }
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (Throwable e) { // an error, too, must not end the only thread that does the work
      onFault.uncaughtException(thread, e);
    }
  }

  private @Nullable Long ownersTurn() {
    long now = clock.nanoTime();
    try {
      return owner.turn(now);
    } catch (Throwable e) {
      onFault.uncaughtException(thread, e);
      return now + 1_000_000;
    }
  }
}
