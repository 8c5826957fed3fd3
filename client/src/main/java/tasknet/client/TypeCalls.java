package tasknet.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;

/**
 * One type of task: how it fares, pausing it, and its limits. What is changed is in force when the
 * call returns, stays over restarts of the dispatcher, and goes before {@code workers.json}. The
 * dispatcher need not know the type yet.
 */
public final class TypeCalls {
  private final Calls calls;
  private final String path;

  TypeCalls(Calls calls, TaskType type) {
    this.calls = calls;
    this.path = "/types/" + type;
  }

  /** How it fares; empty if nobody knows it. */
  public Optional<TypeStatus> find() throws InterruptedException {
    return calls.ifKnown("GET", path, TypeStatus.class);
  }

  /** None of its tasks begins from now on; those that run finish. */
  public TypeStatus pause() throws InterruptedException {
    return calls.send("POST", path + "/pause", null, TypeStatus.class);
  }

  /** Its tasks begin again. */
  public TypeStatus resume() throws InterruptedException {
    return calls.send("POST", path + "/resume", null, TypeStatus.class);
  }

  /** Sets limits; those that are null here stay as they are. */
  public TypeStatus limit(TypeStatus.Limits limits) throws InterruptedException {
    Map<String, @Nullable Object> set = new LinkedHashMap<>();
    put(set, "running", limits.running());
    put(set, "startsPerSecond", limits.startsPerSecond());
    put(set, "waiting", limits.waiting());
    return patch(set);
  }

  /**
   * Takes limits back that were set; then holds what {@code workers.json} says.
   *
   * @param names of {@code running}, {@code startsPerSecond} and {@code waiting}
   */
  public TypeStatus resetLimits(Iterable<String> names) throws InterruptedException {
    Map<String, @Nullable Object> reset = new LinkedHashMap<>();
    names.forEach(name -> reset.put(name, null));
    return patch(reset);
  }

  private TypeStatus patch(Map<String, @Nullable Object> limits) throws InterruptedException {
    return calls.send("PATCH", path, Map.of("limits", limits), TypeStatus.class);
  }

  private static void put(
      Map<String, @Nullable Object> limits, String name, @Nullable Object value) {
    if (value != null) {
      limits.put(name, value);
    }
  }
}
