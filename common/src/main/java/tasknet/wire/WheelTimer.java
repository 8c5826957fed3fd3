package tasknet.wire;

import org.jspecify.annotations.Nullable;

/** What a {@link TimerWheel} holds: something that is due at a time. */
abstract sealed class WheelTimer permits Exchange, TailLossProbe {
  // ---- its place in the wheel ------------------------------------------------------------------

  /** Negative for none. */
  int slot = -1;

  @Nullable WheelTimer dueBefore;
  @Nullable WheelTimer dueAfter;

  /** When it is due, on the nano clock; not changed while it is in a wheel. */
  abstract long dueAt();
}
