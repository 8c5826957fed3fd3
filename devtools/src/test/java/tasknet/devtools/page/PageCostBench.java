package tasknet.devtools.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.client.TaskSubmission;
import tasknet.client.TasknetClient;
import tasknet.devtools.cluster.ClusterProcess;
import tasknet.devtools.cluster.TestCluster;

/**
 * What an open page costs: {@code .build/page PageCostBench}. A cluster of processes is under full
 * load, the store has 50,000 tasks, and the page is open and closed in turn, so that both see the
 * same machine. Prints medians of the rounds; asserts nothing.
 *
 * <p>People have their browsers elsewhere, and here it would take the processors from the rest. So
 * it only shows how fluid the page is and which requests it makes when; in the rounds these are
 * made again, without it.
 */
@NeedsBrowser
class PageCostBench {
  private static final int CLIENTS = 16;
  private static final int STORED = 50_000;
  private static final int ROUNDS = 9;
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final Duration WARM_UP = Duration.ofSeconds(60);

  /** The requests of the page from its first second on, when its parts have come. */
  private static final String REQUESTS =
      """
      return performance.getEntriesByType('resource').filter(it => it.startTime > 1000 && it.name.includes('/api/'))
        .map(it => [it.startTime - 1000, it.name]);
      """;

  private static final String FRAMES =
      """
      window.frames_ = []; let last = performance.now();
      const each = now => { window.frames_.push(now - last); last = now; requestAnimationFrame(each); };
      requestAnimationFrame(each);
      """;

  @TempDir Path folder = Path.of("");

  /** One of the page's. */
  private record Request(Duration after, URI uri) {}

  /** One round. */
  private record Round(double tasksPerSecond, double dispatcherMicros, double monitoringShare) {}

  @Test
  void measure() throws Exception {
    try (TestCluster cluster = new TestCluster(folder)) {
      cluster.startNameservice();
      cluster.startWorker("one", "reverse");
      ClusterProcess dispatcher = cluster.startDispatcher();
      ClusterProcess monitoring = cluster.startMonitoring();
      cluster.awaitWorkers("one");
      fill(cluster.client());
      round(cluster.client(), dispatcher, monitoring, WARM_UP);
      for (String page : List.of("/", "/tasks")) {
        List<Request> requests = look(page, cluster, dispatcher, monitoring);
        compare(page, requests, cluster.client(), dispatcher, monitoring);
      }
    }
  }

  private static void fill(TasknetClient client) throws InterruptedException {
    List<TaskSubmission> tasks = new ArrayList<>();
    for (int number = 0; number < STORED; number++) {
      tasks.add(TaskSubmission.of("reverse", "stored " + number));
    }
    LongAdder taken = new LongAdder();
    client.bulk(tasks.iterator(), null, _ -> taken.increment());
    System.out.printf("stored %d tasks%n", taken.sum());
  }

  /** Opens the page under load; answers what it asks for in a round. */
  private static List<Request> look(
      String page, TestCluster cluster, ClusterProcess dispatcher, ClusterProcess monitoring)
      throws Exception {
    try (Browser browser = new Browser(cluster.monitoring())) {
      browser.open(page);
      browser.run(FRAMES + "return true");
      round(cluster.client(), dispatcher, monitoring, ROUND.plusSeconds(1));
      List<Double> frames = new ArrayList<>();
      ((List<?>) browser.run("return window.frames_"))
          .forEach(it -> frames.add(((Number) it).doubleValue()));
      frames.sort(null);
      System.out.printf(
          "page %s: frames p50 %.0f ms, p95 %.0f ms, p99 %.0f ms, longest %.0f ms%n",
          page, at(frames, 0.5), at(frames, 0.95), at(frames, 0.99), frames.getLast());
      List<Request> requests = new ArrayList<>();
      for (Object each : (List<?>) browser.run(REQUESTS)) {
        List<?> entry = (List<?>) each;
        long millis = ((Number) entry.get(0)).longValue();
        if (millis < ROUND.toMillis()) {
          requests.add(
              new Request(Duration.ofMillis(millis), URI.create(String.valueOf(entry.get(1)))));
        }
      }
      System.out.printf("page %s: %d requests in %s%n", page, requests.size(), ROUND);
      return requests;
    }
  }

  private static void compare(
      String page,
      List<Request> requests,
      TasknetClient client,
      ClusterProcess dispatcher,
      ClusterProcess monitoring)
      throws Exception {
    List<Round> closed = new ArrayList<>();
    List<Round> opened = new ArrayList<>();
    for (int number = 0; number < ROUNDS; number++) {
      closed.add(round(client, dispatcher, monitoring, ROUND));
      Thread asks = Thread.startVirtualThread(() -> ask(requests));
      opened.add(round(client, dispatcher, monitoring, ROUND));
      asks.join();
    }
    double[] rates = ratios(opened, closed, true);
    double[] costs = ratios(opened, closed, false);
    System.out.printf(
        "page %s: %.0f tasks/s closed, %.0f open; median ratio %.3f (from %.3f to %.3f)%n",
        page,
        median(closed, true),
        median(opened, true),
        middle(rates),
        rates[0],
        rates[ROUNDS - 1]);
    System.out.printf(
        "page %s: dispatcher's CPU a task %.1f µs closed, %.1f µs open; median ratio %.3f%n",
        page, median(closed, false), median(opened, false), middle(costs));
    System.out.printf(
        "page %s: monitoring uses %.1f %% of a processor closed, %.1f %% open%n",
        page, monitoringShare(closed), monitoringShare(opened));
  }

  private static void ask(List<Request> requests) {
    long began = System.nanoTime();
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (Request request : requests) {
        Thread.sleep(
            Duration.ofNanos(Math.max(0, began + request.after.toNanos() - System.nanoTime())));
        http.send(HttpRequest.newBuilder(request.uri).build(), BodyHandlers.discarding());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Round round(
      TasknetClient client, ClusterProcess dispatcher, ClusterProcess monitoring, Duration length)
      throws InterruptedException, IOException {
    LongAdder done = new LongAdder();
    AtomicBoolean over = new AtomicBoolean();
    double dispatcherBefore = dispatcher.cpuSeconds();
    double monitoringBefore = monitoring.cpuSeconds();
    long began = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int number = 0; number < CLIENTS; number++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  while (!over.get()) {
                    client.call(TaskSubmission.of("reverse", "hello"));
                    done.increment();
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    Thread.sleep(length);
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    return new Round(
        done.sum() / seconds,
        (dispatcher.cpuSeconds() - dispatcherBefore) / done.sum() * 1e6,
        (monitoring.cpuSeconds() - monitoringBefore) / seconds * 100);
  }

  private static double[] ratios(List<Round> opened, List<Round> closed, boolean rate) {
    double[] ratios = new double[ROUNDS];
    Arrays.setAll(
        ratios, number -> value(opened.get(number), rate) / value(closed.get(number), rate));
    Arrays.sort(ratios);
    return ratios;
  }

  private static double value(Round round, boolean rate) {
    return rate ? round.tasksPerSecond() : round.dispatcherMicros();
  }

  private static double median(List<Round> rounds, boolean rate) {
    return middle(rounds.stream().mapToDouble(round -> value(round, rate)).sorted().toArray());
  }

  private static double monitoringShare(List<Round> rounds) {
    return middle(rounds.stream().mapToDouble(Round::monitoringShare).sorted().toArray());
  }

  private static double middle(double[] sorted) {
    return sorted[sorted.length / 2];
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get((int) (share * (sorted.size() - 1)));
  }
}
