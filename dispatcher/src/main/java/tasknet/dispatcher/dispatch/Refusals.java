package tasknet.dispatcher.dispatch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;
import tasknet.task.TaskType;

/** Counts submissions that were refused, by type and reason. Safe for use by several threads. */
public final class Refusals {
  /** Clients name types, so there may be any number; the others are added up. */
  private static final int TYPES = 100;

  /** No type has this name. */
  private static final String OTHER_TYPES = "_other";

  /** Why. */
  public enum Reason {
    /** As many tasks of the type wait as may. */
    TYPE_FULL,
    /** As many tasks of all types wait as may. */
    QUEUE_FULL,
    /** The disk or the store is full. */
    STORE_FULL,
    /** The payload is too large. */
    TOO_LARGE,
    /** The dispatcher is stopping. */
    DRAINING
  }

  /**
   * What is counted together.
   *
   * @param type its name, or {@code _other}
   */
  public record Kind(String type, Reason reason) {}

  private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

  Refusals() {}

  /** A submission was refused. */
  public void refused(TaskType type, Reason reason) {
    Kind kind = new Kind(type.name(), reason);
    boolean named = counts.containsKey(kind) || counts.size() < TYPES * Reason.values().length;
    counts
        .computeIfAbsent(named ? kind : new Kind(OTHER_TYPES, reason), _ -> new LongAdder())
        .increment();
  }

  /** Calls with each kind that there was, and how many. */
  public void forEach(ObjLongConsumer<Kind> call) {
    counts.forEach((kind, count) -> call.accept(kind, count.sum()));
  }
}
