package tasknet.worker;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is to be done later, unless it is called off. Pure: told the time. For one thread. */
final class Alarms {
  private final TreeSet<Alarm> set = new TreeSet<>();
  private long nextNumber;

  /** Something to be done at an instant on the nano clock. */
  static final class Alarm implements Comparable<Alarm> {
    private final long at;
    private final long number;
    private final Runnable action;

    private Alarm(long at, long number, Runnable action) {
      this.at = at;
      this.number = number;
      this.action = action;
    }

    @Override
    public int compareTo(Alarm other) {
      // By the difference: the nano clock may overflow.
      int byTime = Long.signum(at - other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }
  }

  /**
   * @param at on the nano clock
   */
  Alarm set(long at, Runnable action) {
    Alarm alarm = new Alarm(at, nextNumber++, action);
    set.add(alarm);
    return alarm;
  }

  /** Calls it off; does nothing when there is none, or when it is over. */
  void callOff(@Nullable Alarm alarm) {
    if (alarm != null) {
      set.remove(alarm);
    }
  }

  /** Does all that is due. */
  void ring(long now) {
    while (!set.isEmpty() && set.first().at - now <= 0) {
      Alarm due = set.removeFirst();
      due.action.run();
    }
  }

  /** When to {@link #ring} next, on the nano clock; null for not at all. */
  @Nullable Long nextDue() {
    return set.isEmpty() ? null : Long.valueOf(set.first().at);
  }
}
