package tasknet.monitoring.history;

import java.util.List;

/** What is kept of each moment, in the order of the file. */
enum Series {
  SUBMITTED("submitted", false),
  COMPLETED("completed", false),
  FAILED("failed", false),
  QUEUED("queued", false),
  RUNNING("running", false),
  OLDEST_QUEUED("oldestQueued", true),
  P50("p50", true),
  P95("p95", true),
  P99("p99", true),
  WORKERS("workers", false),
  RETRANSMISSIONS("retransmissions", false);

  static final List<Series> ALL = List.of(values());
  static final int COUNT = ALL.size();

  private final String text;
  private final boolean worst;

  Series(String text, boolean worst) {
    this.text = text;
    this.worst = worst;
  }

  /** Its place among all. */
  int index() {
    return ALL.indexOf(this);
  }

  /** Its name in an answer. */
  String text() {
    return text;
  }

  /** Whether of several moments the greatest is told; of others it is the mean. */
  boolean worst() {
    return worst;
  }
}
