package tasknet.devtools.simulation;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.DispatchSettings;
import tasknet.dispatcher.dispatch.LoopByHand;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.StoreFullException;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.testkit.MemoryTask;
import tasknet.dispatcher.testkit.MemoryTaskLog;
import tasknet.dispatcher.testkit.MemoryTaskStore;
import tasknet.dispatcher.unstored.MemoryFirstStore;
import tasknet.dispatcher.wal.LogRecord;
import tasknet.registry.WorkerList;
import tasknet.runtime.Backoff;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskState;

/** The dispatcher: its loop, its store on a slow disk, and its look at the nameservice. */
final class SimulatedDispatcher extends SimulatedProcess {
  private static final long WAIT = Duration.ofSeconds(30).toNanos();
  private static final long PATIENCE = Duration.ofSeconds(35).toNanos();
  private static final long TIMEOUT = Duration.ofSeconds(5).toNanos();
  private static final long NO_NEWS = Duration.ofMillis(100).toNanos();
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(1), 0.2);
  private static final long BESIDE_THE_LOOP = 500_000;
  private static final long RETRY_AFTER = Duration.ofMillis(500).toNanos();

  /** For a handful of tasks in memory. */
  private static final long LITTLE_ROOM = 5_000;

  /** Tasks that have ended. */
  private static final int KEPT = 10;

  final VirtualTime.WallClock clock;
  final MemoryTaskStore.Disk disk = new MemoryTaskStore.Disk();
  final MemoryTaskLog.Disk logDisk = new MemoryTaskLog.Disk();
  private final World world;
  private final SplittableRandom random;
  private final Function<MemoryTaskStore.Disk, StoreOnDisk> stores;
  private final TaskIds ids;
  private @Nullable LoopByHand parts;
  private @Nullable StoreOnDisk store;
  private @Nullable LogOnDisk taskLog;
  private @Nullable MemoryFirstStore tasks;
  private long slowestCommit = Duration.ofMillis(3).toNanos();
  private boolean full;
  private boolean everFull;
  private @Nullable Runnable killer;

  /** A store that is looked at, and can be broken by a test. */
  static class StoreOnDisk extends MemoryTaskStore {
    private final World world;

    StoreOnDisk(World world, MemoryTaskStore.Disk disk) {
      super(disk, store -> world.dispatcher.commitLater((StoreOnDisk) store));
      this.world = world;
    }

    @Override
    protected void changed(MemoryTask task) {
      world.checks.changed(task);
    }

    @Override
    protected void adopted(MemoryTask task) {
      world.ledger.count(Ledger.Entry.TASKS_ADOPTED_BY_THE_STORE);
      world.checks.adopted(task);
    }

    @Override
    public CompletableFuture<Boolean> begin(AttemptStart start) {
      world.ledger.count(Ledger.Entry.ATTEMPTS_BEGUN);
      world.checks.begins(world.request(start.attempt().task()).type());
      return super.begin(start);
    }
  }

  /** A log that is looked at. */
  private static final class LogOnDisk extends MemoryTaskLog {
    private final World world;

    LogOnDisk(World world, MemoryTaskLog.Disk disk) {
      super(disk, log -> world.dispatcher.commitLater((LogOnDisk) log));
      this.world = world;
    }

    @Override
    public synchronized CompletableFuture<Long> append(List<LogRecord> records) {
      // With others it says only again what was said.
      if (records.size() == 1 && records.getFirst() instanceof LogRecord.Begun(var start)) {
        world.ledger.count(Ledger.Entry.ATTEMPTS_BEGUN);
        world.checks.begins(world.request(start.attempt().task()).type());
      }
      return super.append(records);
    }

    @Override
    protected void written(LogRecord record) {
      world.ledger.count(Ledger.Entry.LOG_RECORDS);
      world.checks.logged(record);
    }
  }

  SimulatedDispatcher(
      World world, Function<MemoryTaskStore.Disk, StoreOnDisk> stores, SplittableRandom random) {
    super("10.0.0.1", world.time, random.split());
    this.world = world;
    this.stores = stores;
    this.random = random;
    this.clock = new VirtualTime.WallClock(world.time);
    this.ids = new TaskIds(clock, random.split());
  }

  void start() {
    if (isAlive()) {
      return;
    }
    world.checks.dispatcherStarts();
    InetSocketAddress address = new InetSocketAddress(host, 4001 + random.nextInt(2));
    StoreOnDisk opened = stores.apply(disk);
    store = opened;
    Logger log = world.trace.log("dispatcher", this::logged);
    LogOnDisk written = new LogOnDisk(world, logDisk);
    taskLog = written;
    MemoryFirstStore first =
        new MemoryFirstStore(
            opened,
            written,
            events -> {
              events.forEach(this::tell);
              return 0;
            },
            new MemoryFirstStore.Bounds(anyRoom(), KEPT, random.nextInt(4) == 0 ? 0 : anyRoom()),
            work -> after(RETRY_AFTER, work),
            log);
    tasks = first;
    LoopByHand next =
        new LoopByHand(
            first,
            world.network.open(this, address),
            clock.millis(),
            DispatchSettings.DEFAULT,
            world.rules,
            work -> after(random.nextLong(BESIDE_THE_LOOP), work),
            clock,
            time,
            random.split(),
            log);
    parts = next;
    begin(null); // what the start does is done by this process
    CompletableFuture<Void> ready = first.start();
    while (!ready.isDone()) {
      opened.commit();
    }
    begin(next.start());
    world.trace.add("dispatcher starts");
    follow(-1, 0);
  }

  private long anyRoom() {
    return random.nextInt(3) == 0 ? LITTLE_ROOM : 1 << 20;
  }

  private void tell(TaskEvent event) {
    if (!world.request(event.task()).terms().durable()) {
      if (event.state() == TaskState.RUNNING) {
        world.ledger.count(Ledger.Entry.ATTEMPTS_BEGUN);
        world.checks.begins(event.type());
      }
      world.checks.movesInMemory(event.task(), event.type(), event.state());
    }
  }

  private void logged(String error) {
    if (!everFull || !error.contains("is tried again")) {
      world.checks.violated("an error was logged by " + error);
    }
  }

  /**
   * @param committed whether what the store was about to commit is committed, though nobody is told
   */
  void kill(boolean committed) {
    if (isAlive()) {
      world.trace.add("dispatcher is killed, its last commit {}", committed ? "done" : "lost");
      MemoryTaskLog written = Objects.requireNonNull(taskLog);
      if (Objects.requireNonNull(store).isCommitting() || written.isCommitting()) {
        world.ledger.count(Ledger.Entry.CRASHES_DURING_A_COMMIT);
      }
      store.crash(committed);
      written.crash(committed);
      leave();
    }
  }

  private void leave() {
    end();
    world.checks.dispatcherEnds();
    killer = null;
    world.ledger.add(Ledger.Entry.RETRANSMISSIONS, parts().counters().retransmissions());
    loop().waiters().abandon(); // or the futures of the waiting would stay for a day
  }

  /** As by SIGTERM; what still runs after a while is left to the next start. */
  void drain(long patience) {
    if (isAlive()) {
      world.trace.add("dispatcher drains");
      CompletableFuture<Void> drained = loop().drain();
      leaveWhenDrained(drained, time.nanoTime() + patience);
    }
  }

  private void leaveWhenDrained(CompletableFuture<Void> drained, long until) {
    if (drained.isDone() || time.nanoTime() - until >= 0) {
      world.trace.add("dispatcher has {}", drained.isDone() ? "drained" : "not drained, and stops");
      Objects.requireNonNull(tasks).close();
      leave();
    } else {
      after(NO_NEWS, () -> leaveWhenDrained(drained, until));
    }
  }

  LoopByHand parts() {
    return Objects.requireNonNull(parts);
  }

  DispatchLoop loop() {
    return parts().loop();
  }

  Instant instant() {
    return clock.instant();
  }

  TaskId nextId() {
    return ids.next();
  }

  // ---- the disk --------------------------------------------------------------------------------

  void slowDisk(long slowest) {
    slowestCommit = slowest;
  }

  /** While it is, nothing can be written. */
  void fullDisk(boolean isFull) {
    full = isFull;
    everFull |= isFull;
  }

  /** With its next commit the process ends: in the middle of it. */
  void killAtCommit(Runnable kill) {
    killer = kill;
  }

  private void commitLater(StoreOnDisk waits) {
    commitLater(waits::commit, waits::fail);
  }

  private void commitLater(LogOnDisk waits) {
    commitLater(waits::commit, waits::fail);
  }

  private void commitLater(Runnable commit, Consumer<StoreException> fail) {
    long lasts = 100_000 + random.nextLong(slowestCommit);
    if (killer != null) {
      after(random.nextLong(lasts), killer);
      killer = null;
    }
    after(
        lasts,
        () -> {
          if (full) {
            fail.accept(new StoreFullException("the disk is full", new IllegalStateException()));
          } else {
            commit.run();
          }
        });
  }

  // ---- the nameservice -------------------------------------------------------------------------

  private void follow(long revision, int failures) {
    boolean waits = revision >= 0 && failures == 0;
    world.network.<WorkerList>call(
        this,
        world.nameservice,
        waits ? PATIENCE : TIMEOUT,
        answer -> world.nameservice.list(revision, waits ? WAIT : 0, answer),
        list -> {
          world.trace.add("dispatcher hears of {} workers", list.workers().size());
          loop().workersChanged(list);
          if (list.revision() == revision) {
            after(NO_NEWS, () -> follow(list.revision(), 0));
          } else {
            follow(list.revision(), 0);
          }
        },
        () -> {
          Duration pause = BACKOFF.after(failures + 1, random);
          after(pause.toNanos(), () -> follow(revision, failures + 1));
        });
  }
}
