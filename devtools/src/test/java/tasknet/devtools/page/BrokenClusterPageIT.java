package tasknet.devtools.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tasknet.client.TaskSubmission;
import tasknet.devtools.cluster.ClusterProcess;
import tasknet.devtools.cluster.TestCluster;

/** The page shows what broke, works as far as it can, and goes on by itself when that is mended. */
@NeedsBrowser
class BrokenClusterPageIT {
  /** The aim is 3 seconds, which is printed; a machine that is busy may take longer. */
  private static final Duration SLACK = Duration.ofSeconds(6);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder = Path.of("");

  private TestCluster cluster;
  private ClusterProcess dispatcher;
  private ClusterProcess victim;
  private ClusterProcess monitoring;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    cluster = new TestCluster(folder);
    cluster.startNameservice();
    victim = cluster.startWorker("victim", "hash");
    cluster.startWorker("survivor", "reverse");
    dispatcher = cluster.startDispatcher();
    monitoring = cluster.startMonitoring();
    cluster.awaitWorkers("victim", "survivor");
    browser = new Browser(cluster.monitoring());
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.close();
    }
    cluster.close();
  }

  @Test
  void aKilledWorkerIsSeenWithoutAnythingRunningOnIt() throws Exception {
    browser.open("/workers");
    browser.awaitText("[data-worker=victim] .badge", "ready");

    Instant killed = victim.kill();

    browser.awaitUntil(
        "it is seen",
        () ->
            !browser.shows("[data-worker=victim]")
                || !browser.text("[data-worker=victim] .badge").equals("ready"));
    Duration after = Duration.between(killed, Instant.now());
    System.out.printf("a killed worker was seen on the page after %d ms%n", after.toMillis());
    assertThat(after).isLessThan(SLACK);
    browser.awaitUntil("it is gone", () -> !browser.shows("[data-worker=victim]"));
    assertThat(browser.text("[data-worker=survivor] .badge")).isEqualTo("ready");
  }

  @Test
  void withoutTheDispatcherTheRestWorks() throws Exception {
    browser.open("/");
    browser.awaitThat("[data-state=COMPLETED]");

    dispatcher.kill();

    browser.awaitText(".banner.bad", "The dispatcher is away.");
    browser.open("/workers");
    browser.awaitUntil(
        "the workers are there",
        () ->
            browser
                .attributes("[data-worker]", "data-worker")
                .containsAll(List.of("survivor", "victim")));
    browser.open("/logs");
    browser.awaitThat(".log .entry");
    browser.open("/tasks");
    browser.awaitText("main", "dispatcher");

    cluster.startDispatcher();

    browser.awaitUntil("the page goes on", () -> !browser.shows(".banner.bad"));
    browser.awaitText("main", "No tasks yet.");
  }

  @Test
  void withoutMonitoringItSaysHowOldItIsAndAfterwardsNothingIsMissing() throws Exception {
    for (int number = 0; number < 20; number++) {
      cluster.client().submitAndWait(TaskSubmission.of("reverse", "x"), Duration.ofSeconds(10));
    }
    browser.open("/");
    String anyCompleted =
        "const all = await (await fetch('/api/history?from="
            + Instant.now().minusSeconds(600)
            + "&to=' + new Date().toISOString())).json();"
            + "return all.series.completed.some(it => it > 0)";
    browser.awaitUntil(
        "the load was sampled", () -> Boolean.TRUE.equals(browser.runAsync(anyCompleted)));
    // A page that was never told anything has nothing whose age it could tell.
    browser.awaitThat("[data-state=COMPLETED]");

    monitoring.kill();

    browser.awaitText(".banner.bad", "Monitoring does not answer.");
    browser.awaitText(".banner.bad", "old");
    cluster.startMonitoring();
    browser.awaitUntil("the page goes on", () -> !browser.shows(".banner.bad"));
    assertThat(browser.runAsync(anyCompleted)).as("the load of before is kept").isEqualTo(true);
  }
}
