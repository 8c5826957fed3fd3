package tasknet.monitoring.logs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.NanoClock;

/** Looks through the logs of all services, from now backwards, merged by time. */
final class LogSearch {
  /** What one search reads at most, in bytes; then it stops and says where to go on. */
  static final long MAX_READ = 64L * 1024 * 1024;

  /** And for so long it reads on, for a regular expression may take its time. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** The logs of so many services are merged at most; a place in each must fit into a cursor. */
  static final int MAX_SERVICES = 250;

  private static final int MAX_ANSWER = 8 * 1024 * 1024;

  private final LogFolder folder;
  private final long maxRead;
  private final NanoClock clock;

  LogSearch(Path folder, long maxRead, NanoClock clock) {
    this.folder = new LogFolder(folder);
    this.maxRead = maxRead;
    this.clock = clock;
  }

  /**
   * Searches.
   *
   * @throws IOException if the folder cannot be read; a single file is only named in the answer
   */
  LogPage page(LogQuery query) throws IOException {
    long until = clock.nanoTime() + LONGEST.toNanos();
    return new Run(query, new ReadBudget(maxRead, () -> clock.nanoTime() - until > 0)).page();
  }

  /** One search. */
  private final class Run {
    private final LogQuery query;
    private final ReadBudget budget;
    private final List<String> problems = new ArrayList<>();
    private final List<LogEntry> entries = new ArrayList<>();
    private final List<ServiceTail> tails = new ArrayList<>();
    private final Needle text;
    private final Needle task;
    private boolean stopped;

    Run(LogQuery query, ReadBudget budget) {
      this.query = query;
      this.budget = budget;
      text = new Needle(query.text() == null ? "" : query.text());
      task = new Needle(query.task() == null ? "" : query.task().toLowerCase(Locale.ROOT));
    }

    LogPage page() throws IOException {
      SortedMap<String, List<LogFile>> files = folder.list();
      TreeSet<String> services = new TreeSet<>(files.keySet());
      try {
        hold(files);
        tails.forEach(this::start);
        merge();
        String next = next();
        return new LogPage(entries, next, stopped, budget.used(), services, problems);
      } finally {
        tails.forEach(ServiceTail::close);
      }
    }

    /**
     * Opens the present file of each service, and lists the folder again: one that is rolled from
     * now on is known by what it is, and older ones have got their last names.
     */
    private void hold(SortedMap<String, List<LogFile>> listed) throws IOException {
      for (String service : chosen(listed)) {
        List<LogFile> files = Objects.requireNonNull(listed.get(service));
        tails.add(new ServiceTail(service, files, budget, problems::add));
      }
      tails.forEach(ServiceTail::hold);
      List<ServiceTail> unfound = follow(tails);
      if (!unfound.isEmpty()) {
        follow(unfound); // what was rolled during a listing stands in the next
      }
    }

    /** Answers those whose held files are not listed. */
    private List<ServiceTail> follow(List<ServiceTail> held) throws IOException {
      SortedMap<String, List<LogFile>> now = folder.list();
      return held.stream()
          .filter(it -> !it.follow(now.getOrDefault(it.service(), List.of())))
          .toList();
    }

    private List<String> chosen(SortedMap<String, List<LogFile>> files) {
      LogCursor cursor = query.cursor();
      List<String> wanted =
          files.keySet().stream()
              .filter(query::wants)
              .filter(it -> cursor == null || cursor.places().containsKey(LogCursor.nameOf(it)))
              .sorted(Comparator.comparing((String it) -> lastWrite(files, it)).reversed())
              .toList();
      if (wanted.size() <= MAX_SERVICES) {
        return wanted;
      }
      int left = wanted.size() - MAX_SERVICES;
      problems.add("the logs of " + left + " more services are left out; 'service' chooses");
      return wanted.subList(0, MAX_SERVICES);
    }

    private void start(ServiceTail tail) {
      LogCursor cursor = query.cursor();
      Instant before = query.before();
      if (cursor != null) {
        LogCursor.Place place = cursor.places().get(LogCursor.nameOf(tail.service()));
        tail.startAt(Objects.requireNonNull(place), cursor.before());
      } else if (before != null) {
        tail.startBefore(before);
      }
    }

    private void merge() {
      PriorityQueue<ServiceTail> newestFirst =
          new PriorityQueue<>(
              Comparator.comparing(ServiceTail::time)
                  .reversed()
                  .thenComparing(ServiceTail::service));
      for (ServiceTail tail : tails) {
        step(tail, newestFirst);
      }
      int size = 0;
      while (!stopped && entries.size() < query.limit() && size < MAX_ANSWER) {
        ServiceTail tail = newestFirst.poll();
        if (tail == null) {
          return;
        }
        if (mayBeWanted(tail.raw())) {
          LogEntry entry = tail.entry();
          if (query.wants(entry)) {
            entries.add(entry);
            size += entry.size();
          }
        }
        step(tail, newestFirst);
      }
    }

    private boolean mayBeWanted(RawEntry raw) {
      return query.mayWant(raw.head()) && text.mayBeIn(raw.kept()) && task.mayBeIn(raw.kept());
    }

    private void step(ServiceTail tail, PriorityQueue<ServiceTail> newestFirst) {
      switch (tail.step()) {
        case ENTRY -> newestFirst.add(tail);
        case OUT_OF_BUDGET -> stopped = true;
        case FINISHED -> {}
      }
    }

    private @Nullable String next() {
      Map<Integer, LogCursor.Place> places = new HashMap<>();
      for (ServiceTail tail : tails) {
        LogCursor.Place place = tail.place();
        if (place != null) {
          places.put(LogCursor.nameOf(tail.service()), place);
        }
      }
      LogCursor cursor = query.cursor();
      Instant before = cursor == null ? query.before() : cursor.before();
      return places.isEmpty() ? null : new LogCursor(before, places).text();
    }
  }

  private static Instant lastWrite(SortedMap<String, List<LogFile>> files, String service) {
    return Objects.requireNonNull(files.get(service)).getFirst().modified();
  }
}
