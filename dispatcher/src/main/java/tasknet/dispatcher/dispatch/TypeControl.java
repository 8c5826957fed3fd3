package tasknet.dispatcher.dispatch;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.TypeOverrides;
import tasknet.dispatcher.task.TypeOverride;
import tasknet.dispatcher.task.TypeRules;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;

/**
 * What holds for types now: what {@code workers.json} says, and before it what people have changed
 * at run time. For any thread.
 */
public final class TypeControl {
  private final TypeOverrides store;
  private final TypeRules rules;
  private final TypeLimits limits;
  private final Executor loop;
  private final NanoClock nanos;
  private final Logger log;
  private volatile Map<TaskType, TypeOverride> overrides = Map.of();

  TypeControl(
      TypeOverrides store,
      TypeRules rules,
      TypeLimits limits,
      Executor loop,
      NanoClock nanos,
      Logger log) {
    this.store = store;
    this.rules = rules;
    this.limits = limits;
    this.loop = loop;
    this.nanos = nanos;
    this.log = log;
  }

  /** Takes up what the store has; before the loop runs. */
  void recover() {
    overrides = Map.copyOf(store.all());
    long now = nanos.nanoTime();
    rules.declared().keySet().forEach(type -> begin(type, now));
    overrides.keySet().forEach(type -> begin(type, now));
  }

  private void begin(TaskType type, long now) {
    limits.begin(type, limits(type), override(type).paused(), now);
  }

  /**
   * Changes what holds for a type. When this completes the change is in the store and in force:
   * what began before it has begun, and what begins from then on keeps to it.
   *
   * @param change may be applied more than once
   */
  public CompletableFuture<TypeOverride> change(TaskType type, UnaryOperator<TypeOverride> change) {
    return store
        .change(type, change)
        .thenApplyAsync(next -> inForce(type, next), loop)
        // The store answers in order: after this, all that was begun before is committed and sent.
        .thenCompose(next -> store.change(type, UnaryOperator.identity()).thenApply(_ -> next))
        .thenApplyAsync(next -> next, loop);
  }

  private TypeOverride inForce(TaskType type, TypeOverride next) {
    Map<TaskType, TypeOverride> all = new HashMap<>(overrides);
    if (next.equals(TypeOverride.NONE)) {
      all.remove(type);
    } else {
      all.put(type, next);
    }
    overrides = Map.copyOf(all);
    limits.change(type, limits(type), next.paused(), nanos.nanoTime());
    log.info("type changed type={} paused={} limits={}", type, next.paused(), limits(type));
    return next;
  }

  /** What was changed of a type. */
  public TypeOverride override(TaskType type) {
    return overrides.getOrDefault(type, TypeOverride.NONE);
  }

  /** The types of which something was changed. */
  public Set<TaskType> overridden() {
    return overrides.keySet();
  }

  /** The types that have a limit or are paused, or may be. */
  public Set<TaskType> known() {
    Set<TaskType> known = new java.util.TreeSet<>(rules.declared().keySet());
    known.addAll(overrides.keySet());
    return known;
  }

  /** The limits that hold for a type. */
  public TypeStatus.Limits limits(TaskType type) {
    return override(type).over(rules.of(type));
  }

  /** What keeps the tasks of a type that has workers from beginning, or null. */
  @Nullable String limitReached(TaskType type) {
    Integer most = limits(type).running();
    return most == null || limits.hasRoom(type)
        ? null
        : "the end of an attempt of type " + type + ", of which at most " + most + " run";
  }
}
