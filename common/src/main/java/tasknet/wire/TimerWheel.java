package tasknet.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Timers by when they are due: a ring of slots of about a millisecond, each a list of which the
 * timers themselves are the links. To add one and to take one out costs the same however many there
 * are, which a heap cannot do, and nearly all are taken out before they are due. For one thread.
 *
 * @see <a href="https://doi.org/10.1145/41457.37504">Varghese and Lauck, Hashed and Hierarchical
 *     Timing Wheels</a>
 */
final class TimerWheel {
  /** A slot is 2 to the power of that many nanoseconds: 1.05 ms. */
  private static final int SLOT_BITS = 20;

  /** A power of two, and in all more than the longest wait: 8.6 s. */
  private static final int SLOTS = 8192;

  private final @Nullable WheelTimer[] slots = new @Nullable WheelTimer[SLOTS];
  private final List<WheelTimer> due = new ArrayList<>();
  private int size;

  /** None is due before, on the nano clock; not changed when the first one is taken out. */
  private long earliest;

  /** Adds one that is not in here, and is due within 4 s. */
  void add(WheelTimer timer) {
    long dueAt = timer.dueAt();
    int slot = slot(tick(dueAt));
    WheelTimer head = slots[slot];
    timer.slot = slot;
    timer.dueAfter = head;
    if (head != null) {
      head.dueBefore = timer;
    }
    slots[slot] = timer;
    earliest = size == 0 || dueAt - earliest < 0 ? dueAt : earliest;
    size++;
  }

  /** Takes one out, if it is in here. */
  void remove(WheelTimer timer) {
    if (timer.slot < 0) {
      return;
    }
    WheelTimer before = timer.dueBefore;
    WheelTimer after = timer.dueAfter;
    if (before == null) {
      slots[timer.slot] = after;
    } else {
      before.dueAfter = after;
    }
    if (after != null) {
      after.dueBefore = before;
    }
    timer.slot = -1;
    timer.dueBefore = null;
    timer.dueAfter = null;
    size--;
  }

  /** When to {@link #poll} next, on the nano clock, or somewhat earlier; null for not at all. */
  @Nullable Long nextDue() {
    return size == 0 ? null : Long.valueOf(earliest);
  }

  /** Takes out what is due, and hands it out in that order. */
  void poll(long now, Consumer<WheelTimer> handler) {
    if (size == 0 || earliest - now > 0) {
      return;
    }
    long last = tick(now);
    // By the difference, as the nano clock may overflow. After more than a round: each slot once.
    long passed = (now - (earliest & -1L << SLOT_BITS)) >> SLOT_BITS;
    for (long back = Math.min(passed, SLOTS - 1); back >= 0; back--) {
      for (WheelTimer each = slots[slot(last - back)]; each != null; each = each.dueAfter) {
        if (each.dueAt() - now <= 0) {
          due.add(each);
        }
      }
    }
    due.forEach(this::remove);
    findEarliest(last);
    due.sort(Comparator.comparingLong(each -> each.dueAt() - now));
    List<WheelTimer> all = List.copyOf(due);
    due.clear();
    all.forEach(handler);
  }

  /** The first slot that is not empty has it, because all are due within less than a round. */
  private void findEarliest(long from) {
    if (size == 0) {
      return;
    }
    long tick = from;
    while (slots[slot(tick)] == null) {
      tick++;
    }
    WheelTimer first = slots[slot(tick)];
    for (WheelTimer each = first; each != null; each = each.dueAfter) {
      earliest = each == first || each.dueAt() - earliest < 0 ? each.dueAt() : earliest;
    }
  }

  private static long tick(long nanos) {
    return nanos >> SLOT_BITS;
  }

  private static int slot(long tick) {
    return (int) tick & SLOTS - 1;
  }
}
