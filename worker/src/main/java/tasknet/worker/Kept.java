package tasknet.worker;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;

/** What is remembered of attempts for some time, and of some attempts only: the eldest go first. */
final class Kept<V> {
  private final int most;
  private final long nanos;
  private final SequencedMap<AttemptId, Entry<V>> entries = new LinkedHashMap<>();

  private record Entry<V>(V value, long since) {}

  /**
   * @param most how many are kept; at least 1
   * @param nanos how long each is kept
   */
  Kept(int most, long nanos) {
    this.most = most;
    this.nanos = nanos;
  }

  @Nullable V get(AttemptId attempt) {
    Entry<V> entry = entries.get(attempt);
    return entry == null ? null : entry.value;
  }

  /** The newest is from now on this one, whatever is known of the attempt. */
  void put(AttemptId attempt, V value, long now) {
    entries.putLast(attempt, new Entry<>(value, now));
  }

  @Nullable V remove(AttemptId attempt) {
    Entry<V> entry = entries.remove(attempt);
    return entry == null ? null : entry.value;
  }

  int size() {
    return entries.size();
  }

  /** Forgets those that are too old or too many. */
  void forget(long now, BiConsumer<AttemptId, V> forgotten) {
    var eldest = entries.entrySet().iterator();
    int surplus = entries.size() - most;
    while (eldest.hasNext()) {
      var entry = eldest.next();
      if (surplus <= 0 && now - entry.getValue().since < nanos) {
        return;
      }
      surplus--;
      eldest.remove();
      forgotten.accept(entry.getKey(), entry.getValue().value);
    }
  }
}
