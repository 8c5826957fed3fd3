package tasknet.worker;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tasknet.worker.handler.Demand;

/**
 * The threads of handlers: platform threads for those that compute, because one that never ends
 * would take a virtual thread's carrier with it; virtual threads for those that wait; the caller's
 * for those that are done at once. How many run at the same time is not decided here.
 */
final class HandlerThreads implements AutoCloseable {
  // Daemons, so that a handler that never ends does not keep the process alive.
  private final ExecutorService platform =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("handler-", 0).daemon().factory());
  private final ExecutorService virtual =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("handler-", 0).factory());

  void start(Demand demand, HandlerRun run) {
    switch (demand) {
      case INSTANT -> run.runAtOnce();
      case COMPUTES -> platform.execute(run);
      case WAITS -> virtual.execute(run);
    }
  }

  /** Interrupts what still runs, and does not wait for it. */
  @Override
  public void close() {
    platform.shutdownNow();
    virtual.shutdownNow();
  }
}
