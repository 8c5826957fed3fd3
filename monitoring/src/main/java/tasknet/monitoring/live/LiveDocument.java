package tasknet.monitoring.live;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.monitoring.containers.Container;
import tasknet.monitoring.containers.ContainerRuntime;
import tasknet.monitoring.containers.EngineState;
import tasknet.runtime.NanoClock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** All that is known now, written once for all who look at the same time. */
final class LiveDocument {
  /** So old it may be; a look costs nothing then. */
  private static final Duration FRESH = Duration.ofMillis(250);

  /**
   * What monitoring says of itself.
   *
   * @param writable whether it hands on actions
   * @param version null when it was not built as a program
   * @param historyProblem why the history is not kept over a restart; null when it is
   */
  record Self(
      boolean writable,
      @Nullable String version,
      String host,
      Supplier<@Nullable String> historyProblem) {}

  /** Of a service, without its name. */
  private record Shown(
      URI url,
      boolean up,
      boolean ready,
      @Nullable String reason,
      @Nullable Duration latency,
      @Nullable String startedAt) {}

  private record Docker(boolean available, @Nullable String reason, String host, Object since) {}

  private record History(boolean kept, @Nullable String reason) {}

  private final Live live;
  private final ContainerRuntime runtime;
  private final Self self;
  private final InstantSource time;
  private final NanoClock clock;
  private byte @Nullable [] written;
  private long writtenAt;

  LiveDocument(
      Live live, ContainerRuntime runtime, Self self, InstantSource time, NanoClock clock) {
    this.live = live;
    this.runtime = runtime;
    this.self = self;
    this.time = time;
    this.clock = clock;
  }

  /** As JSON. */
  synchronized byte[] bytes() {
    long now = clock.nanoTime();
    byte[] bytes = written;
    if (bytes == null || now - writtenAt > FRESH.toNanos()) {
      bytes = Json.mapper().writeValueAsBytes(document());
      written = bytes;
      writtenAt = now;
    }
    return bytes;
  }

  private ObjectNode document() {
    DispatcherReading dispatcher = live.dispatcher();
    NameserviceReading nameservice = live.nameservice();
    DeclaredWorkers.Now declared = live.declared();
    List<Container> containers = runtime.containers(LiveContainer.READINGS);
    String historyProblem = self.historyProblem().get();
    JsonNode stats = dispatcher == null ? null : dispatcher.stats();
    String startedAt = stats == null ? null : stats.path("startedAt").asString(null);
    ObjectNode document = Json.mapper().createObjectNode();
    document.put("at", time.instant().toString());
    document.put("writable", self.writable());
    document.put("version", self.version());
    document.put("host", self.host());
    document.set(
        "dispatcher",
        shown(live.dispatcherUrl(), dispatcher == null ? null : dispatcher.state(), startedAt));
    document.set(
        "nameservice",
        shown(live.nameserviceUrl(), nameservice == null ? null : nameservice.state(), null));
    document.set("docker", tree(docker(runtime.engine())));
    document.set("history", tree(new History(historyProblem == null, historyProblem)));
    document.set("declared", tree(declared.source()));
    document.set("stats", stats);
    document.set("rates", tree(dispatcher == null ? null : dispatcher.rates()));
    document.set("types", LiveTypes.of(dispatcher, nameservice, declared));
    document.set("workers", LiveWorkers.of(dispatcher, nameservice, containers));
    document.set("containers", tree(containers.stream().map(LiveContainer::of).toList()));
    return document;
  }

  private static JsonNode shown(URI url, @Nullable ServiceState state, @Nullable String startedAt) {
    return tree(
        state == null
            ? new Shown(url, false, false, "not asked yet", null, null)
            : new Shown(
                url, state.up(), state.ready(), state.reason(), state.latency(), startedAt));
  }

  private static Docker docker(EngineState engine) {
    return new Docker(engine.available(), engine.reason(), engine.host(), engine.since());
  }

  /** JSON's null for null. */
  private static JsonNode tree(@Nullable Object value) {
    return value == null ? Json.mapper().nullNode() : Json.mapper().valueToTree(value);
  }
}
