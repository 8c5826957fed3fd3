package tasknet.testkit;

import java.time.Duration;

/**
 * How often a {@link LossyLink} does what to a datagram; each a probability from 0 to 1.
 *
 * @param loss it never arrives
 * @param duplication it arrives twice
 * @param reordering it is held back until the next one has left
 * @param delay it leaves later, by up to {@code longestDelay}
 * @param corruption some of its bytes are changed
 * @param longestDelay also the longest that a datagram is held back when no other one follows
 */
public record Faults(
    double loss,
    double duplication,
    double reordering,
    double delay,
    double corruption,
    Duration longestDelay) {
  private static final Duration SHORT = Duration.ofMillis(20);

  /**
   * @throws IllegalArgumentException if a probability is out of its bounds
   */
  public Faults {
    for (double probability : new double[] {loss, duplication, reordering, delay, corruption}) {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(probability + " is no probability");
      }
    }
  }

  /** All arrives, once and in order. */
  public static Faults none() {
    return of(0, 0, 0);
  }

  /** Only losses. */
  public static Faults loss(double loss) {
    return of(loss, 0, 0);
  }

  /** What an ordinary bad network does: it loses, repeats and reorders, and damages nothing. */
  public static Faults of(double loss, double duplication, double reordering) {
    return new Faults(loss, duplication, reordering, 0, 0, SHORT);
  }

  /** Everything that can go wrong, each with the same probability. */
  public static Faults everything(double probability) {
    return new Faults(probability, probability, probability, probability, probability, SHORT);
  }
}
