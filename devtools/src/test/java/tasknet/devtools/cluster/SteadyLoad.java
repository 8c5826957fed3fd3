package tasknet.devtools.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tasknet.client.TasknetClient;

/**
 * Hands in tasks at an even rate, and each until it is acknowledged: as clients do who do not know
 * that something is being restarted. So many wait at most; while they do, nobody else comes, or a
 * slow machine would never get through what has piled up.
 */
final class SteadyLoad implements AutoCloseable {
  private static final int CLIENTS = 200;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final List<CompletableFuture<Void>> submitted = new ArrayList<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final Semaphore idle = new Semaphore(CLIENTS);

  /**
   * @param jobs as many as are needed; it ends when they do
   */
  SteadyLoad(Ledger ledger, TasknetClient client, Iterator<Job> jobs, int perSecond) {
    long pause = Duration.ofSeconds(1).toNanos() / perSecond;
    var _ =
        clock.scheduleAtFixedRate(
            () -> {
              if (jobs.hasNext() && idle.tryAcquire()) {
                Job job = jobs.next();
                submitted.add(
                    CompletableFuture.runAsync(() -> ledger.submitPatiently(client, job), clients)
                        .whenComplete((_, _) -> idle.release()));
                begun.incrementAndGet();
              }
            },
            0,
            pause,
            TimeUnit.NANOSECONDS);
  }

  /** How many have been handed in, or are about to be. */
  int begun() {
    return begun.get();
  }

  /** Hands in no more, and waits until everything is acknowledged; throws if something was not. */
  @Override
  public void close() {
    clock.close();
    clients.close();
    CompletableFuture.allOf(submitted.toArray(CompletableFuture[]::new)).join();
  }
}
