package tasknet.monitoring.history;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.monitoring.containers.ContainerRuntime;
import tasknet.monitoring.live.Counters;
import tasknet.monitoring.live.DispatcherReading;
import tasknet.monitoring.live.Live;
import tasknet.monitoring.live.NameserviceReading;
import tasknet.runtime.NanoClock;

/** The last day: samples of what the services tell, and markers of what happened. */
public final class History implements AutoCloseable {
  private final SampleRing ring = new SampleRing();
  private final Markers markers = new Markers();
  private final Readings readings = new Readings();
  private final InstantSource time;
  private final Keeper keeper;
  private final ServiceNews dispatcherNews;
  private final ServiceNews nameserviceNews;
  private final WorkerNews workerNews;
  private @Nullable Instant dispatcherStarted;

  /**
   * A part of it.
   *
   * @param step seconds
   * @param times when each step begins, in seconds since 1970
   * @param series a value for each step, by name; null where nothing is known
   */
  record Part(
      int step,
      List<Long> times,
      Map<String, List<@Nullable Double>> series,
      List<Marker> markers) {}

  /**
   * @param folder where it is kept over a restart
   */
  public History(
      Path folder, InstantSource time, NanoClock clock, MeterRegistry meters, Logger log) {
    this.time = time;
    keeper = new Keeper(folder, ring, markers, clock, meters, log);
    dispatcherNews =
        new ServiceNews(
            "dispatcher",
            Marker.Kind.DISPATCHER_AWAY,
            Marker.Kind.DISPATCHER_BACK,
            time,
            this::mark);
    nameserviceNews =
        new ServiceNews(
            "nameservice",
            Marker.Kind.NAMESERVICE_AWAY,
            Marker.Kind.NAMESERVICE_BACK,
            time,
            this::mark);
    workerNews = new WorkerNews(time, this::mark);
  }

  /** Reads what was kept, and hears what comes; to be called before those start. */
  public void start(Live live, ContainerRuntime containers) {
    keeper.start();
    live.onDispatcher(reading -> hear(reading, live.nameservice()));
    live.onNameservice(this::hear);
    containers.onEvent(new ContainerNews(this::mark));
  }

  /** Why it is not kept over a restart; null when it is. */
  public @Nullable String problem() {
    return keeper.problem();
  }

  @Override
  public void close() {
    keeper.close();
  }

  /**
   * What is known of a time, in so many steps at most.
   *
   * @param from before {@code to}
   */
  Part part(Instant from, Instant to, int points) {
    long span = Math.max(1, to.getEpochSecond() - from.getEpochSecond());
    long wide = Math.ceilDiv(span, (long) points);
    int step = (int) (Math.ceilDiv(wide, (long) SampleRing.STEP) * SampleRing.STEP);
    long first = Math.floorDiv(from.getEpochSecond(), (long) step) * step;
    int count = (int) Math.ceilDiv(to.getEpochSecond() - first, (long) step);
    Buckets buckets = new Buckets(first, step, count);
    ring.read(first, first + (long) count * step, buckets);
    return new Part(step, buckets.times(), buckets.series(), markers.between(from, to));
  }

  private void hear(DispatcherReading dispatcher, @Nullable NameserviceReading nameservice) {
    dispatcherNews.hear(dispatcher.state());
    Counters counters = dispatcher.counters();
    if (counters != null && counters.startedAt() != null) {
      if (dispatcherStarted != null && !Objects.equals(dispatcherStarted, counters.startedAt())) {
        mark(
            new Marker(
                time.instant(),
                Marker.Kind.DISPATCHER_RESTARTED,
                "the dispatcher was started anew",
                null));
      }
      dispatcherStarted = counters.startedAt();
    }
    for (Sample sample : readings.samples(time.instant(), dispatcher, nameservice)) {
      keeper.keep(ring.put(sample));
    }
  }

  private void hear(NameserviceReading reading) {
    nameserviceNews.hear(reading.state());
    workerNews.hear(reading);
  }

  private void mark(Marker marker) {
    markers.add(marker);
    keeper.keep(marker);
  }
}
