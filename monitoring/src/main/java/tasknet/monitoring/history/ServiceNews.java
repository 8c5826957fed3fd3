package tasknet.monitoring.history;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.monitoring.live.ServiceState;

/** Marks when a service goes away and when it is back. */
final class ServiceNews {
  /** One missed answer may be a busy moment. */
  private static final int AWAY_AFTER = 2;

  private final String name;
  private final Marker.Kind away;
  private final Marker.Kind back;
  private final InstantSource time;
  private final Consumer<Marker> markers;
  private boolean known;
  private int unanswered;
  private @Nullable Instant since;

  ServiceNews(
      String name,
      Marker.Kind away,
      Marker.Kind back,
      InstantSource time,
      Consumer<Marker> markers) {
    this.name = name;
    this.away = away;
    this.back = back;
    this.time = time;
    this.markers = markers;
  }

  /** Hears how it is. */
  void hear(ServiceState state) {
    if (state.up()) {
      if (unanswered >= AWAY_AFTER && known) {
        markers.accept(new Marker(time.instant(), back, "the " + name + " is back", null));
      }
      known = true;
      unanswered = 0;
      return;
    }
    if (unanswered == 0) {
      since = time.instant();
    }
    unanswered++;
    if (unanswered == AWAY_AFTER && known && since != null) {
      String text = "the " + name + " is away: " + state.reason();
      markers.accept(new Marker(since, away, text, null));
    }
  }
}
