package tasknet.devtools.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;

/** Tasks that are handed in at a steady rate, until it is told to stop. */
final class Load implements AutoCloseable {
  private static final int MILLIS_BETWEEN = 25;

  private final ComposeProject project;
  private final List<Job> jobs;
  private final Ledger ledger = new Ledger();
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Thread> submitters = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  private Load(ComposeProject project, List<Job> jobs) {
    this.project = project;
    this.jobs = jobs;
  }

  /** Begins with these; after the last comes the first again. What is refused is not owed. */
  static Load of(ComposeProject project, List<Job> jobs) {
    Load load = new Load(project, jobs);
    var _ = load.clock.scheduleAtFixedRate(load::submit, 0, MILLIS_BETWEEN, TimeUnit.MILLISECONDS);
    return load;
  }

  /** Waits until that many more are acknowledged. */
  void goOn(int more) {
    int enough = ledger.acknowledged() + more;
    await("acknowledgements")
        .atMost(ComposeProject.SOON)
        .until(() -> ledger.acknowledged() >= enough);
  }

  /** Hands in no more, and waits for all workers and the end of all tasks. */
  Ledger settle() throws IOException, InterruptedException {
    close();
    project.awaitWorkers();
    for (Thread submitter : submitters) {
      submitter.join();
    }
    ledger.settle(project.client(), ComposeProject.SOON);
    return ledger;
  }

  @Override
  public void close() {
    clock.close();
  }

  private void submit() {
    Job job = jobs.get(next.getAndIncrement() % jobs.size());
    submitters.add(Thread.startVirtualThread(() -> ledger.submitQuietly(project.client(), job)));
  }
}
