package tasknet.devtools;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import tasknet.runtime.SettingsException;

/** Starts a cluster, stops it when the process is to end, and says both. */
final class ClusterRun {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private final PrintStream out;
  private final PrintStream err;

  ClusterRun(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** What is done while the cluster is up. */
  interface Work {
    /** Returns the exit code. */
    int with(LocalCluster.Addresses addresses) throws InterruptedException, IOException;
  }

  /**
   * Runs until the work is done.
   *
   * @return the work's exit code; 1 when the cluster cannot start, 2 when it is told nonsense
   */
  int run(ClusterOptions options, java.util.Map<String, String> environment, Work work)
      throws InterruptedException {
    try (LocalCluster cluster = options.cluster(environment)) {
      Thread hook = Thread.ofPlatform().name("stop").unstarted(() -> stop(cluster));
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        LocalCluster.Addresses addresses = cluster.start();
        out.println(
            "ready dispatcher="
                + addresses.dispatcher()
                + " nameservice="
                + addresses.nameservice()
                + " monitoring="
                + addresses.monitoring());
        return work.with(addresses);
      } finally {
        forget(hook);
      }
    } catch (SettingsException | IllegalArgumentException e) {
      err.println("tasknet: " + e.getMessage());
      return WRONG_USAGE;
    } catch (ServicePortTakenException | IOException e) {
      err.println("tasknet: " + e.getMessage());
      return FAILED;
    }
  }

  /** Waits for Ctrl-C. */
  static int untilStopped() throws InterruptedException {
    new CountDownLatch(1).await();
    return 0;
  }

  /** From here on the exit code is the one that is returned. */
  static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // A signal came first: the hook runs, and ends the process.
    }
  }

  /** Halts, because a JVM that a signal ends would otherwise exit 130 or 143. */
  private void stop(LocalCluster cluster) {
    err.println("stopping, running work finishes first");
    cluster.close();
    Runtime.getRuntime().halt(0);
  }
}
