package tasknet.devtools.system;

import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;

/** Tasks that are handed in, one after the other, until it is told to stop. */
final class Load implements AutoCloseable {
  private static final int SIDE_BY_SIDE = 4;

  private final ComposeProject project;
  private final Ledger ledger = new Ledger();
  private final List<Job> jobs;
  private final AtomicInteger next = new AtomicInteger();
  private final List<Thread> submitters = new ArrayList<>();
  private volatile boolean stopped;

  private Load(ComposeProject project, List<Job> jobs) {
    this.project = project;
    this.jobs = jobs;
  }

  /** Begins with these; after the last comes the first again. */
  static Load of(ComposeProject project, List<Job> jobs) {
    Load load = new Load(project, jobs);
    for (int number = 0; number < SIDE_BY_SIDE; number++) {
      load.submitters.add(Thread.startVirtualThread(load::submit));
    }
    return load;
  }

  /** Waits until that many more are acknowledged. */
  void goOn(int more) {
    int enough = ledger.acknowledged() + more;
    await("acknowledgements")
        .atMost(ComposeProject.SOON)
        .until(() -> ledger.acknowledged() >= enough);
  }

  /** Hands in no more, and waits for the end of all. */
  Ledger settle() throws InterruptedException {
    close();
    ledger.settle(project.client(), ComposeProject.SOON);
    return ledger;
  }

  @Override
  public void close() {
    stopped = true;
    for (Thread submitter : submitters) {
      while (submitter.isAlive()) {
        try {
          submitter.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  /** What is refused while something is down is not owed. */
  private void submit() {
    while (!stopped) {
      ledger.submitPatiently(project.client(), jobs.get(next.getAndIncrement() % jobs.size()));
    }
  }
}
