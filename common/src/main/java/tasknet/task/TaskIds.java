package tasknet.task;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Makes new task ids; each is greater than the one before, also within a millisecond. */
public final class TaskIds {
  private final InstantSource clock;
  private final RandomGenerator random;
  private TaskId last = new TaskId(0, 0);

  public TaskIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** The next id. Safe for use by several threads. */
  public synchronized TaskId next() {
    long now = clock.millis();
    last =
        now > last.epochMillis()
            ? new TaskId(now << 16 | random.nextInt(1 << 16), random.nextLong())
            : successor(last);
    return last;
  }

  private static TaskId successor(TaskId id) {
    long low = id.low() + 1;
    return new TaskId(low == 0 ? id.high() + 1 : id.high(), low);
  }
}
