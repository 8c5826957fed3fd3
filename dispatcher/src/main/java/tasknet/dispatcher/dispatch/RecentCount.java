package tasknet.dispatcher.dispatch;

/** How often something happened lately, by slot of time. For one thread. */
final class RecentCount {
  private final long[] slots = new long[TaskActivity.SLOTS];
  private int current;
  private long sum;

  /** It happened. */
  void increment() {
    slots[current]++;
    sum++;
  }

  /** A slot is over. */
  void next() {
    current = (current + 1) % slots.length;
    sum -= slots[current];
    slots[current] = 0;
  }

  long sum() {
    return sum;
  }
}
