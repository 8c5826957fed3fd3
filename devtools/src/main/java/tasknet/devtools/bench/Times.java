package tasknet.devtools.bench;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** A time for each of any number of tasks, in eight bytes each. One writes what another reads. */
final class Times {
  private static final int BLOCK = 1 << 16;

  private final AtomicReferenceArray<AtomicLongArray> blocks = new AtomicReferenceArray<>(BLOCK);

  /** Keeps the time of a task; numbers come in ascending order. */
  void put(long number, long time) {
    int block = (int) (number / BLOCK);
    AtomicLongArray times = blocks.get(block);
    if (times == null) {
      times = new AtomicLongArray(BLOCK);
      blocks.set(block, times);
    }
    times.set((int) (number % BLOCK), time);
  }

  /** The time of a task that has one. */
  long of(long number) {
    return blocks.get((int) (number / BLOCK)).get((int) (number % BLOCK));
  }
}
