package tasknet.monitoring.containers;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as the engine tells it, before it is known whether it matters.
 *
 * @param type {@code container} or {@code network}
 * @param action for instance {@code die} or {@code health_status: healthy}
 * @param actor the id of the container or network
 */
record EngineEvent(
    String type, String action, String actor, Map<String, String> attributes, Instant at) {
  /** What the engine is asked for; health checks alone would flood it with {@code exec_…}. */
  static final String[] ACTIONS = {
    "create",
    "start",
    "die",
    "oom",
    "kill",
    "stop",
    "pause",
    "unpause",
    "restart",
    "health_status",
    "destroy",
    "rename",
    "update",
    "connect",
    "disconnect"
  };

  private static final String PROJECT = "com.docker.compose.project";
  private static final String SERVICE = "com.docker.compose.service";

  EngineEvent {
    attributes = Map.copyOf(attributes);
  }

  boolean ofNetwork() {
    return type.equals("network");
  }

  /** The container that it is about; null when it is about none. */
  @Nullable String container() {
    return ofNetwork() ? attributes.get("container") : actor;
  }

  /** Whether it says by itself that it is of a project; events of networks never do. */
  boolean ofProject(String project) {
    return !ofNetwork() && project.equals(attributes.get(PROJECT));
  }

  /** The action without what follows it. */
  String verb() {
    int colon = action.indexOf(':');
    return colon < 0 ? action : action.substring(0, colon);
  }

  /** Null when it is not told on. */
  @Nullable EventKind kind() {
    EventKind kind = EventKind.of(verb());
    boolean aboutNetwork = kind == EventKind.CONNECT || kind == EventKind.DISCONNECT;
    return aboutNetwork == ofNetwork() ? kind : null;
  }

  /** What follows the action, for instance {@code healthy}. */
  @Nullable String detail() {
    int colon = action.indexOf(':');
    return colon < 0 ? null : action.substring(colon + 1).strip();
  }

  /** The container's name, or with a network the network's. */
  @Nullable String name() {
    return attributes.get("name");
  }

  @Nullable String service() {
    return attributes.get(SERVICE);
  }

  /** With {@code die}: the exit code; null when it does not say. */
  @Nullable Integer exitCode() {
    String code = attributes.get("exitCode");
    return code != null && code.matches("\\d{1,9}") ? Integer.valueOf(code) : null;
  }

  @Nullable String signal() {
    return attributes.get("signal");
  }
}
