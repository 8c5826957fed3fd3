package tasknet.monitoring.logs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log of one service from a place backwards: first the file that is written now, then those
 * that were rolled. What cannot be read is reported and passed over.
 */
final class ServiceTail implements AutoCloseable {
  private static final int PRINTED = 64;

  private final String service;
  private List<LogFile> files;
  private final ReadBudget budget;
  private final Consumer<String> problems;
  private @Nullable Instant before;
  private int index;
  private @Nullable HeldFile held;
  private boolean unreadable;
  private @Nullable FileChannel channel;
  private @Nullable BackwardReader reader;
  private @Nullable RawEntry pending;
  private Instant time = Instant.EPOCH;

  /** Where a tail stands after a step. */
  enum Step {
    ENTRY,
    FINISHED,
    OUT_OF_BUDGET
  }

  /**
   * @param files the newest first; not empty
   * @param problems told what cannot be read, in words for a person
   */
  ServiceTail(String service, List<LogFile> files, ReadBudget budget, Consumer<String> problems) {
    this.service = service;
    this.files = files;
    this.budget = budget;
    this.problems = problems;
  }

  String service() {
    return service;
  }

  /** Opens the file that is written now, so that it stays the same when it is rolled. */
  void hold() {
    try {
      held = HeldFile.open(files.getFirst().present());
      channel = held == null ? null : held.channel();
    } catch (NoSuchFileException e) {
      // It was just rolled, and the next line makes the new one.
    } catch (IOException e) {
      unreadable = true; // which is named when its turn comes
    }
  }

  /**
   * Takes the files from a listing that was begun after {@link #hold}: the held one and the older
   * ones, or all that are rolled when the present one changed while it was opened.
   *
   * @return false when the listing lacks the held one
   */
  boolean follow(List<LogFile> now) {
    HeldFile present = held;
    if (present == null) {
      files = unreadable ? now : now.stream().filter(LogFile::isRolled).toList();
      return true;
    }
    for (int place = 0; place < now.size(); place++) {
      if (present.file().isSame(now.get(place))) {
        files = now.subList(place, now.size());
        return true;
      }
    }
    return false;
  }

  /** Begins only before an instant. */
  void startBefore(Instant instant) {
    before = instant;
    while (reader == null && openChannel()) {
      FileChannel open = opened();
      try {
        long size = open.size();
        long offset = size == 0 ? 0 : new TimeSeek(open, budget).after(instant, size);
        if (offset == 0) {
          nextFile();
        } else {
          read(open, new RawEntry.Mark(offset, false));
        }
      } catch (IOException e) {
        failed(e);
      }
    }
  }

  /** Begins where an earlier page ended. */
  void startAt(LogCursor.Place place, @Nullable Instant limit) {
    before = limit;
    long offset = place.mark().offset();
    while (reader == null && openChannel()) {
      FileChannel open = opened();
      try {
        if (offset <= open.size() && printBefore(open, offset) == place.print()) {
          read(open, place.mark());
        } else {
          nextFile();
        }
      } catch (IOException e) {
        failed(e);
      }
    }
    if (reader == null) {
      problems.accept(service + ": the place where the last page ended is no longer in its files");
    }
  }

  /** Goes to the next older entry. */
  Step step() {
    pending = null;
    while (true) {
      try {
        if (!openReader()) {
          return Step.FINISHED;
        }
        switch (reading().step()) {
          case BEGINNING_OF_FILE -> nextFile();
          case OUT_OF_BUDGET -> {
            return Step.OUT_OF_BUDGET;
          }
          case ENTRY -> {
            RawEntry entry = reading().entry();
            LineHead head = entry.head();
            time = head == null ? time : head.time();
            if (before == null || time.isBefore(before)) {
              pending = entry;
              return Step.ENTRY;
            }
          }
        }
      } catch (IOException e) {
        failed(e);
      }
    }
  }

  /** The time by which the present entry is merged; one without a time goes with its neighbour. */
  Instant time() {
    return time;
  }

  /** The present entry, as it stands in the file. */
  RawEntry raw() {
    if (pending == null) {
      throw new IllegalStateException("there is no entry");
    }
    return pending;
  }

  /** The present entry. */
  LogEntry entry() {
    return EntryText.read(raw(), service, files.get(index).name());
  }

  /** Where the next page begins: before the present entry if there is one; null at the end. */
  LogCursor.@Nullable Place place() {
    while (true) {
      try {
        if (!openReader()) {
          return null;
        }
        RawEntry.Mark mark = pending == null ? reading().mark() : pending.mark();
        if (mark.offset() > 0) {
          return new LogCursor.Place(mark, printBefore(opened(), mark.offset()));
        }
        nextFile();
      } catch (IOException e) {
        failed(e);
      }
    }
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private boolean openReader() throws IOException {
    if (reader != null) {
      return true;
    }
    if (!openChannel()) {
      return false;
    }
    read(opened(), new RawEntry.Mark(opened().size(), false));
    return true;
  }

  private void read(FileChannel open, RawEntry.Mark from) {
    time = files.get(index).modified();
    reader = new BackwardReader(open, from, budget);
  }

  private boolean openChannel() {
    while (channel == null && index < files.size()) {
      try {
        channel = files.get(index).open();
      } catch (NoSuchFileException e) {
        index++; // deleted, as the oldest are
      } catch (IOException e) {
        failed(e);
      }
    }
    return channel != null;
  }

  private FileChannel opened() {
    if (channel == null) {
      throw new IllegalStateException("no file is open");
    }
    return channel;
  }

  private BackwardReader reading() {
    if (reader == null) {
      throw new IllegalStateException("no file is read");
    }
    return reader;
  }

  private void nextFile() throws IOException {
    FileChannel last = channel;
    channel = null;
    reader = null;
    index++;
    if (last != null) {
      last.close();
    }
  }

  private void failed(IOException e) {
    problems.accept(files.get(index).name() + " cannot be read: " + e);
    FileChannel last = channel;
    channel = null;
    reader = null;
    pending = null;
    index++;
    try {
      if (last != null) {
        last.close();
      }
    } catch (IOException again) {
      e.addSuppressed(again);
    }
  }

  private int printBefore(FileChannel open, long offset) throws IOException {
    int length = (int) Math.min(PRINTED, offset);
    return LogCursor.print(budget.read(open, offset - length, length));
  }
}
