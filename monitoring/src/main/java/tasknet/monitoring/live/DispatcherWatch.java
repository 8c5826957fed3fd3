package tasknet.monitoring.live;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.NanoClock;
import tools.jackson.databind.JsonNode;

/** Reads how the dispatcher, its types and workers are, and how fast its counters grow. */
final class DispatcherWatch {
  /** A document that did not come now is that of before for so long. */
  private static final long KEPT = Duration.ofSeconds(3).toNanos();

  private final ServiceCheck dispatcher;
  private final NanoClock clock;
  private final Kept stats = new Kept();
  private final Kept types = new Kept();
  private final Kept workers = new Kept();
  private final CounterWindow window = new CounterWindow();
  private final Map<String, CounterWindow> byWorker = new HashMap<>();
  private @Nullable Counters before;

  DispatcherWatch(ServiceCheck dispatcher, NanoClock clock) {
    this.dispatcher = dispatcher;
    this.clock = clock;
  }

  /** The last document of a kind. */
  private static final class Kept {
    private @Nullable JsonNode document;
    private long at;

    @Nullable JsonNode now(@Nullable JsonNode told, long now) {
      if (told != null) {
        document = told;
        at = now;
      } else if (now - at > KEPT) {
        document = null;
      }
      return document;
    }
  }

  /**
   * Asks now.
   *
   * @param looked whether somebody looks; else only for what the history needs
   */
  DispatcherReading read(boolean looked) {
    return looked ? readAll() : glance();
  }

  private DispatcherReading glance() {
    ServiceCheck.Glance<JsonNode> glance = dispatcher.glance("/stats", JsonNode.class);
    JsonNode told = glance.document();
    boolean tellsAll = told == null || told.path("queued").isNumber();
    return reading(glance.state(), told, tellsAll ? null : document("/types"), null);
  }

  private DispatcherReading readAll() {
    Future<ServiceState> state;
    Future<@Nullable JsonNode> toldStats;
    Future<@Nullable JsonNode> toldTypes;
    Future<@Nullable JsonNode> toldWorkers;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      state = threads.submit(dispatcher::state);
      toldStats = threads.submit(() -> document("/stats"));
      toldTypes = threads.submit(() -> document("/types"));
      toldWorkers = threads.submit(() -> document("/workers"));
    }
    return reading(
        state.resultNow(), toldStats.resultNow(), toldTypes.resultNow(), toldWorkers.resultNow());
  }

  private DispatcherReading reading(
      ServiceState state,
      @Nullable JsonNode newStats,
      @Nullable JsonNode newTypes,
      @Nullable JsonNode newWorkers) {
    long now = clock.nanoTime();
    if (newStats != null) {
      count(now, Counters.of(newStats));
    }
    if (newWorkers != null) {
      countWorkers(now, newWorkers.path("workers"));
    }
    JsonNode keptStats = stats.now(newStats, now);
    return new DispatcherReading(
        now,
        state,
        keptStats,
        types.now(newTypes == null ? null : newTypes.path("types"), now),
        workers.now(newWorkers == null ? null : newWorkers.path("workers"), now),
        newStats == null ? null : before,
        keptStats == null ? null : rates(),
        workerRates());
  }

  private @Nullable JsonNode document(String path) {
    try {
      return dispatcher.document(path);
    } catch (NoAnswerException e) {
      return null;
    }
  }

  private void count(long now, Counters counters) {
    if (before != null && !Objects.equals(before.startedAt(), counters.startedAt())) {
      window.clear();
    }
    before = counters;
    window.add(now, counters.values());
  }

  private void countWorkers(long now, JsonNode told) {
    Map<String, CounterWindow> present = new HashMap<>();
    for (JsonNode worker : told) {
      if (worker.has("completed")) {
        String id = worker.path("id").asString("");
        CounterWindow its = byWorker.getOrDefault(id, new CounterWindow());
        its.add(
            now,
            worker.path("completed").asLong(0)
                + worker.path("failed").asLong(0)
                + worker.path("lost").asLong(0));
        present.put(id, its);
      }
    }
    byWorker.clear();
    byWorker.putAll(present);
  }

  private @Nullable Map<String, Double> rates() {
    double[] rates = window.rates();
    if (rates.length == 0) {
      return null;
    }
    Map<String, Double> named = new LinkedHashMap<>();
    for (int index = 0; index < rates.length; index++) {
      named.put(Counters.NAMES.get(index), rates[index]);
    }
    return named;
  }

  private Map<String, Double> workerRates() {
    Map<String, Double> named = new HashMap<>();
    byWorker.forEach(
        (id, its) -> {
          double[] rates = its.rates();
          if (rates.length > 0) {
            named.put(id, rates[0]);
          }
        });
    return named;
  }
}
