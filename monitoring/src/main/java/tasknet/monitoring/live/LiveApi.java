package tasknet.monitoring.live;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasknet.monitoring.containers.ContainerRuntime;
import tasknet.runtime.NanoClock;

/**
 * {@code GET /api/live}: all that is known now. A request asks nobody; the first after a while
 * waits until all are asked.
 */
public final class LiveApi {
  private final Live live;
  private final LiveDocument document;
  private final Counter looks;

  /**
   * @param writable whether monitoring hands on actions
   * @param host on which it runs
   * @param historyProblem why the history is not kept over a restart; null when it is
   */
  public LiveApi(
      Live live,
      ContainerRuntime runtime,
      boolean writable,
      String host,
      Supplier<@Nullable String> historyProblem,
      InstantSource time,
      NanoClock clock,
      MeterRegistry meters) {
    this.live = live;
    String version = LiveApi.class.getPackage().getImplementationVersion();
    document =
        new LiveDocument(
            live,
            runtime,
            new LiveDocument.Self(writable, version, host, historyProblem),
            time,
            clock);
    looks =
        Counter.builder("tasknet.live.requests")
            .description("requests for what is now")
            .register(meters);
  }

  public void routes(RoutesConfig routes) {
    routes.get("/api/live", this::look);
  }

  private void look(Context context) throws InterruptedException {
    live.look();
    looks.increment();
    context
        .header("Cache-Control", "no-store")
        .contentType("application/json")
        .result(document.bytes());
  }
}
