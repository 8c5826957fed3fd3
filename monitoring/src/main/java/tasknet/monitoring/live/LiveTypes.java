package tasknet.monitoring.live;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The types as the dispatcher tells of them, with how many workers they should have. */
final class LiveTypes {
  private LiveTypes() {}

  /** By name; those that the dispatcher knows, that have workers, or that are declared. */
  static ArrayNode of(
      @Nullable DispatcherReading dispatcher,
      @Nullable NameserviceReading nameservice,
      DeclaredWorkers.Now declared) {
    SortedMap<String, ObjectNode> all = new TreeMap<>();
    if (dispatcher != null && dispatcher.types() != null) {
      for (JsonNode type : dispatcher.types()) {
        if (type instanceof ObjectNode told) {
          all.put(told.path("type").asString(""), told.deepCopy());
        }
      }
    }
    KnownWorkers known =
        nameservice == null ? KnownWorkers.unknown("not asked yet") : nameservice.workers();
    for (TypeWorkers type : TypeWorkers.of(declared.entries(), known)) {
      ObjectNode node =
          all.computeIfAbsent(
              type.type().name(), name -> Json.mapper().createObjectNode().put("type", name));
      if (type.desired() != null) {
        node.put("desired", type.desired());
      }
      if (type.actual() != null) {
        node.put("actual", type.actual());
      }
      if (type.state() != null) {
        node.put("state", type.state().text());
      }
    }
    ArrayNode list = Json.mapper().createArrayNode();
    all.values().forEach(list::add);
    return list;
  }
}
