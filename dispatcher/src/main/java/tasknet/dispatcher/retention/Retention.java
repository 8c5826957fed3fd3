package tasknet.dispatcher.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.retention.Removals.Reason;
import tasknet.dispatcher.store.EndedTasks;
import tasknet.dispatcher.store.EndedTasks.Group;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.StoreRoom;
import tasknet.dispatcher.store.UntilChanged;
import tasknet.runtime.NanoClock;
import tasknet.task.Keep;
import tasknet.task.TaskState;

/**
 * Removes tasks that have been kept long enough, and the oldest ended ones before their time when
 * the store gets full; then gives the room back to the disk.
 *
 * <p>It works in small pieces, each one commit, and pauses after each for as long as it took, four
 * times as long when others write meanwhile. Only when the store gets full it does not pause.
 * Nothing has to be remembered between the pieces, so it may be killed at any moment.
 */
public final class Retention implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
  private static final int BUSY_FACTOR = 4;
  private static final EndedTasks.Batch BATCH = new EndedTasks.Batch(100, 1 << 20);
  private static final int SHRINK_PAGES = 100;
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(10);

  /** Free room that stays in the file, so that it is not cut and grown in turns. */
  private static final long LEAST_SLACK = 4 << 20;

  private static final int SLACK_PART = 4;

  /** Dead letters last: they wait for a person. */
  private static final Comparator<Group> FIRST_TO_GO =
      Comparator.comparing((Group group) -> group.state() == TaskState.DEAD)
          .thenComparing(Group::oldest);

  /** How it waits; a test's does not. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  private final EndedTasks ended;
  private final UntilChanged<List<Group>> groups;
  private final KeepRules rules;
  private final InstantSource clock;
  private final NanoClock nanos;
  private final Pause pause;
  private final Logger log;
  private final Removals removals = new Removals();
  private final Thread thread = Thread.ofPlatform().daemon().name("retention").unstarted(this::run);
  private volatile @Nullable Instant oldest;
  private volatile @Nullable StoreRoom room;
  private @Nullable Instant warned;
  private volatile boolean closed;

  public Retention(
      EndedTasks ended, KeepRules rules, InstantSource clock, NanoClock nanos, Logger log) {
    this(ended, rules, clock, nanos, Thread::sleep, log);
  }

  Retention(
      EndedTasks ended,
      KeepRules rules,
      InstantSource clock,
      NanoClock nanos,
      Pause pause,
      Logger log) {
    this.ended = ended;
    this.groups = new UntilChanged<>(ended::changes, () -> List.copyOf(ended.groups()));
    this.rules = rules;
    this.clock = clock;
    this.nanos = nanos;
    this.pause = pause;
    this.log = log;
  }

  /** Goes to work; to be closed before the store is. */
  public void start() {
    thread.start();
  }

  /** What was removed since the start. */
  public Removals removals() {
    return removals;
  }

  /** When the oldest of the ended tasks ended, as of the last look; null for none. */
  public @Nullable Instant oldest() {
    return oldest;
  }

  /** How full the store is, as of the last look; null before the first. */
  public @Nullable StoreRoom room() {
    return room;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        try {
          pass();
        } catch (StoreException e) {
          if (!closed) {
            log.warn("ended tasks could not be removed, this is tried again: {}", e.getMessage());
          }
        }
        pause.of(INTERVAL);
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  /** Does what there is to do now. */
  void pass() throws InterruptedException {
    removeOld();
    giveBack(makeRoom());
    oldest = groups.now().stream().map(Group::oldest).min(Instant::compareTo).orElse(null);
  }

  private void removeOld() throws InterruptedException {
    for (Group group : groups.now()) {
      Instant by = rules.of(group.type(), group.state()).endedBy(clock.instant());
      if (by != null && !group.oldest().isAfter(by)) {
        while (remove(group, by, Reason.AGE) > 0) {
          // Until none is left.
        }
      }
    }
  }

  /** Tells how full it is then. */
  private StoreRoom makeRoom() throws InterruptedException {
    StoreRoom now = look();
    while (now.isScarce()) {
      // Who waits for the end of a task still gets it.
      Instant by = clock.instant().minus(Keep.LEAST);
      Optional<Group> first =
          groups.now().stream().filter(group -> !group.oldest().isAfter(by)).min(FIRST_TO_GO);
      if (first.isEmpty() || remove(first.get(), by, Reason.SIZE) == 0) {
        return now;
      }
      warn();
      now = look();
    }
    return now;
  }

  private void giveBack(StoreRoom room) throws InterruptedException {
    if (room.free() <= slack(room)) {
      return;
    }
    StoreRoom now = room;
    boolean shrunk = true;
    while (shrunk && now.free() > slack(now) / 2) {
      done(() -> ended.shrink(SHRINK_PAGES));
      StoreRoom next = look();
      shrunk = next.free() < now.free();
      now = next;
    }
    ended.checkpoint(); // the file is cut then
  }

  private static long slack(StoreRoom room) {
    return Math.max(LEAST_SLACK, room.used() / SLACK_PART);
  }

  private int remove(Group group, Instant by, Reason reason) throws InterruptedException {
    int removed = done(() -> ended.remove(group, by, BATCH));
    removals.count(reason, group.state(), removed);
    return removed;
  }

  private StoreRoom look() {
    StoreRoom now = ended.room();
    room = now;
    return now;
  }

  private void warn() {
    Instant now = clock.instant();
    if (warned == null || now.isAfter(warned.plus(BETWEEN_WARNINGS))) {
      warned = now;
      StoreRoom full = look();
      log.warn(
          "the store gets full ({} of {} bytes): the oldest ended tasks are removed before their"
              + " time, {} of them since the start",
          full.used(),
          full.most(),
          removals.of(Reason.SIZE));
    }
  }

  /** One call that the writer carries out. */
  private interface Piece<T> {
    CompletableFuture<T> call();
  }

  private <T> T done(Piece<T> piece) throws InterruptedException {
    long start = nanos.nanoTime();
    long changes = ended.changes();
    T value;
    try {
      value = piece.call().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreException known
          ? known
          : new StoreException("the store failed: " + e.getCause(), e);
    }
    if (!look().isScarce()) {
      Duration took = Duration.ofNanos(nanos.nanoTime() - start);
      boolean alone = ended.changes() - changes <= 1;
      Duration rest = alone ? took : took.multipliedBy(BUSY_FACTOR);
      pause.of(rest.compareTo(LONGEST_PAUSE) < 0 ? rest : LONGEST_PAUSE);
    }
    return value;
  }
}
