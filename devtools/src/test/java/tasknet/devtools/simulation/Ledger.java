package tasknet.devtools.simulation;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what happened, so that one sees that it did. */
final class Ledger {
  /** What is counted. */
  enum Entry {
    HISTORIES,
    CALM_HISTORIES,
    VIRTUAL_SECONDS,
    TASKS_SUBMITTED,
    TASKS_ACKNOWLEDGED,
    TASKS_REFUSED,
    SUBMISSIONS_UNANSWERED,
    SUBMISSIONS_REPEATED,
    CANCELS,
    TASKS_COMPLETED,
    TASKS_DEAD,
    TASKS_CANCELLED,
    TASKS_EXPIRED,
    TASKS_COMPLETED_IN_MEMORY,
    TASKS_ADOPTED_BY_THE_STORE,
    LOG_RECORDS,
    ATTEMPTS_BEGUN,
    HANDLERS_STARTED,
    HANDLERS_ENDED,
    HANDLERS_LOST,
    FETCHES,
    UPLOADS,
    DATAGRAMS,
    DATAGRAMS_LOST,
    DATAGRAMS_CUT_OFF,
    DATAGRAMS_DUPLICATED,
    DATAGRAMS_CORRUPTED,
    DATAGRAMS_LATE,
    RETRANSMISSIONS,
    DISPATCHER_CRASHES,
    CRASHES_DURING_A_COMMIT,
    LONG_ABSENCES,
    WORKER_CRASHES,
    NAMESERVICE_CRASHES,
    PAUSES,
    PARTITIONS,
    BURSTS_OF_LOSS,
    CLOCK_JUMPS,
    WORKER_CLOCKS_SET,
    FULL_DISKS,
    DRAINS,
    DEATH_REPORTS,
    FALSE_DEATH_REPORTS
  }

  private final Map<Entry, Long> counts = new EnumMap<>(Entry.class);

  void count(Entry entry) {
    add(entry, 1);
  }

  void add(Entry entry, long number) {
    counts.merge(entry, number, Long::sum);
  }

  void addAll(Ledger other) {
    other.counts.forEach(this::add);
  }

  long of(Entry entry) {
    return counts.getOrDefault(entry, 0L);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Entry entry : Entry.values()) {
      String name = entry.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      text.append(String.format(Locale.ROOT, "%-26s %,14d%n", name, of(entry)));
    }
    return text.toString();
  }
}
