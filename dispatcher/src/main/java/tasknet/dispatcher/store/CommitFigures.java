package tasknet.dispatcher.store;

import tasknet.runtime.Histogram;

/**
 * How the store, or a log beside it, groups what it commits, since the start of the process.
 *
 * @param times from the begin of a transaction or a group until it was on the disk
 * @param sizes operations in one transaction, or appends in one group
 */
public record CommitFigures(Histogram times, Histogram sizes) {
  /** Those of one that has committed nothing yet. */
  public CommitFigures() {
    this(
        Histogram.ofDurations(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5),
        Histogram.ofNumbers(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024));
  }
}
