package tasknet.monitoring.live;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.monitoring.containers.Container;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The workers, of whom three know something: the dispatcher how they answer, the nameservice
 * whether they live, the engine in which containers.
 */
final class LiveWorkers {
  private static final int SHORT_ID = 12;

  private LiveWorkers() {}

  /** By id; those that any of the two services knows. */
  static ArrayNode of(
      @Nullable DispatcherReading dispatcher,
      @Nullable NameserviceReading nameservice,
      List<Container> containers) {
    SortedMap<String, ObjectNode> all = new TreeMap<>();
    if (dispatcher != null && dispatcher.workers() != null) {
      for (JsonNode worker : dispatcher.workers()) {
        if (worker instanceof ObjectNode told) {
          String id = told.path("id").asString("");
          ObjectNode copy = told.deepCopy();
          Double rate = dispatcher.workerRates().get(id);
          all.put(id, rate == null ? copy : copy.put("rate", rate));
        }
      }
    }
    KnownWorkers known = nameservice == null ? null : nameservice.workers();
    boolean told = known != null && known.reason() == null;
    all.values().forEach(worker -> worker.put("registered", told ? Boolean.FALSE : null));
    if (known != null) {
      known.list().forEach(worker -> register(worker, all));
    }
    all.values().forEach(worker -> locate(worker, containers));
    ArrayNode list = Json.mapper().createArrayNode();
    all.values().forEach(list::add);
    return list;
  }

  /** What the dispatcher says of a worker stands before what its registration says. */
  private static void register(KnownWorkers.Worker worker, SortedMap<String, ObjectNode> all) {
    ObjectNode told = Json.mapper().valueToTree(worker);
    ObjectNode known = all.get(worker.id().toString());
    if (known != null) {
      told.setAll(known);
    }
    if (worker.fixed()) {
      told.remove("expiresAt");
    }
    all.put(worker.id().toString(), told.put("registered", true));
  }

  /** By its host name, which in a container is the short id, else by its address. */
  private static void locate(ObjectNode worker, List<Container> containers) {
    String hostname = worker.path("hostname").asString("");
    String host = worker.path("host").asString("");
    for (Container container : containers) {
      boolean there =
          hostname.isEmpty()
              ? container.networks().containsValue(host)
              : container.id().startsWith(hostname) && hostname.length() >= SHORT_ID;
      if (there) {
        worker.put("container", container.id());
        return;
      }
    }
  }
}
