package tasknet.nameservice;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.http.DirectCall;
import tasknet.http.HttpServer;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.registry.DeathReport;
import tasknet.registry.Heartbeat;
import tasknet.registry.Heartbeats;
import tasknet.registry.Registration;
import tasknet.registry.WorkerEndpoint;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.runtime.Settings;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;

/** The nameservice's HTTP calls. */
final class RegistryApi {
  /** The longest wait of a blocking query. */
  static final Duration MAX_WAIT = Duration.ofSeconds(60);

  private static final int HEARTBEATS_KEPT = 1_000;

  /** What a heartbeat is answered while nothing changes. */
  private record Answer(long revision, String json) {}

  private final HeartbeatBodies bodies = new HeartbeatBodies(HEARTBEATS_KEPT);
  private final Registry registry;
  private final BlockingQueries queries;
  private final NameserviceSettings settings;
  private final InstantSource time;
  private final Counter heartbeats;
  private final Counter refused;
  private final Counter found;
  private final Counter notFound;
  private volatile @Nullable Answer answer;

  RegistryApi(
      Registry registry,
      BlockingQueries queries,
      NameserviceSettings settings,
      InstantSource time,
      MeterRegistry meters) {
    this.registry = registry;
    this.queries = queries;
    this.settings = settings;
    this.time = time;
    this.heartbeats =
        Counter.builder("tasknet.heartbeats")
            .description("registrations and their heartbeats")
            .register(meters);
    this.refused =
        Counter.builder("tasknet.registrations.refused")
            .description("registrations of processes that are older than the live one")
            .register(meters);
    this.found = lookups("found", meters);
    this.notFound = lookups("no-worker", meters);
  }

  private static Counter lookups(String result, MeterRegistry meters) {
    return Counter.builder("tasknet.lookups")
        .description("look-ups of a worker, by what they found")
        .tag("result", result)
        .register(meters);
  }

  void routes(RoutesConfig routes) {
    routes.put("/workers/{id}", this::register);
    routes.delete("/workers/{id}", this::depart);
    routes.post("/workers/{id}/death", this::died);
    routes.get("/workers", this::list);
    routes.get("/lookup/{type}", this::lookup);
  }

  /** Heartbeats that say what the one before said, which nearly all of them do. */
  DirectCall heartbeats() {
    return new DirectCall("PUT", "/workers", this::heartbeat);
  }

  private byte @Nullable [] heartbeat(String worker, byte[] body) {
    Registration registration = bodies.known(worker, body);
    Long revision =
        registration == null ? null : registry.renew(new WorkerId(worker), registration);
    if (revision == null) {
      return null;
    }
    heartbeats.increment();
    return answer(revision);
  }

  private byte[] answer(long revision) {
    Answer last = answer;
    if (last == null || last.revision() != revision) {
      last = new Answer(revision, Json.mapper().writeValueAsString(heartbeat(revision)));
      answer = last;
    }
    return last.json().getBytes(StandardCharsets.UTF_8);
  }

  private Heartbeat heartbeat(long revision) {
    return new Heartbeat(settings.timeToLive(), settings.heartbeatInterval(), revision);
  }

  private void register(Context context) {
    WorkerId id = new WorkerId(context.pathParam("id"));
    Registration registration =
        bodies.read(id, context.bodyAsBytes(), _ -> HttpServer.body(context, Registration.class));
    switch (registry.register(id, registration)) {
      case RegisterResult.Accepted(long revision) -> {
        heartbeats.increment();
        context.json(heartbeat(revision));
      }
      case RegisterResult.Refused(long liveEpoch) -> {
        refused.increment();
        throw new ProblemException(olderProcess(id, registration.epoch(), liveEpoch));
      }
    }
  }

  private void depart(Context context) {
    WorkerId id = new WorkerId(context.pathParam("id"));
    String epoch = context.queryParam("epoch");
    boolean removed = registry.depart(id, epoch == null ? null : wholeNumber("epoch", epoch));
    context.json(Map.of("removed", removed));
  }

  private void died(Context context) {
    WorkerId id = new WorkerId(context.pathParam("id"));
    DeathReport report = HttpServer.body(context, DeathReport.class);
    context.json(registry.died(id, report.epoch(), report.cause()));
  }

  private void list(Context context) {
    String type = context.queryParam("type");
    TaskType only = type == null ? null : new TaskType(type);
    String after = context.queryParam("after");
    Duration wait = wait(context.queryParam("wait"));
    if (after == null) {
      context.json(told(registry.list(only)));
    } else {
      long revision = wholeNumber("after", after);
      context.future(
          () -> queries.list(only, revision, wait).thenAccept(list -> context.json(told(list))));
    }
  }

  private WorkerList told(WorkerList list) {
    return list.with(
        new Heartbeats(time.instant(), settings.timeToLive(), settings.heartbeatInterval()));
  }

  private void lookup(Context context) {
    TaskType type = new TaskType(context.pathParam("type"));
    WorkerEndpoint endpoint = registry.lookup(type);
    if (endpoint == null) {
      notFound.increment();
      throw new ProblemException(
          Problem.of(404, "no-worker", "No worker", "no live worker runs '" + type + "'"));
    }
    found.increment();
    context.json(endpoint);
  }

  private static Problem olderProcess(WorkerId id, long epoch, long liveEpoch) {
    return Problem.of(
            409,
            "older-process",
            "Older process",
            "worker '"
                + id
                + "' with epoch "
                + epoch
                + " is an older process than the live one, whose epoch is "
                + liveEpoch
                + "; stop it, or give it another id")
        .with("liveEpoch", liveEpoch);
  }

  private static Duration wait(@Nullable String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    try {
      Duration wait = Settings.parseDuration(text);
      if (!wait.isNegative() && wait.compareTo(MAX_WAIT) <= 0) {
        return wait;
      }
    } catch (IllegalArgumentException e) {
      // The same answer as for one that is out of bounds.
    }
    throw new InvalidValueException("wait", text, "a duration such as 30s, at most 60s");
  }

  private static long wholeNumber(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new InvalidValueException(name, text, "a whole number");
    }
  }
}
