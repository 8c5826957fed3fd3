package tasknet.devtools.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import tasknet.dispatcher.testkit.MemoryTask;
import tasknet.registry.WorkerStatus;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * One history: what a seed makes of a fleet, its clients and its faults, and whether it is right.
 */
final class History {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** After the faults, everything ends within this; clocks may have been an hour ahead. */
  private static final long BOUND = Duration.ofHours(3).toNanos();

  /** Until nothing is on its way any more, and no cancel is sent again. */
  private static final long SETTLING = Duration.ofSeconds(40).toNanos();

  /** A worker may be told off for as long as the last cancel that was lost is sent again. */
  private static final long STALL = Duration.ofSeconds(30).toNanos();

  private final World world;
  private final Map<TaskType, Long> waitingSince = new HashMap<>();

  /**
   * How it went.
   *
   * @param violations what did not hold; empty when all is right
   * @param trace what happened, in order; empty unless it was asked for
   */
  record Result(long seed, List<String> violations, List<String> trace, Ledger ledger) {}

  private History(World world) {
    this.world = world;
  }

  /**
   * Runs one.
   *
   * @param traced whether it tells what happened
   */
  static Result run(long seed, boolean traced, World.Stores stores) {
    SplittableRandom random = new SplittableRandom(seed);
    World world = new World(random, traced, stores);
    try {
      new History(world).run(random);
    } catch (AssertionError | RuntimeException e) {
      world.checks.violated(e + " at " + List.of(e.getStackTrace()).subList(0, 3));
    }
    world.ledger.count(Ledger.Entry.HISTORIES);
    world.ledger.add(Ledger.Entry.VIRTUAL_SECONDS, world.time.nanoTime() / SECOND);
    return new Result(seed, world.checks.violations(), world.trace.lines(), world.ledger);
  }

  private boolean isRight() {
    return world.checks.violations().isEmpty();
  }

  private void run(SplittableRandom random) {
    world.start();
    long length = (5 + random.nextLong(60)) * SECOND;
    Faults faults = new Faults(world, random.split());
    faults.script(length);
    world.clients.script(length);
    while (isRight() && world.time.nanoTime() < faults.until()) {
      world.next();
    }
    faults.end();
    world.time.after(20 * SECOND, faults::startAll);
    world.time.after(30 * SECOND, this::watch);
    long bound = world.time.nanoTime() + BOUND;
    passUntil(world.time.nanoTime() + 21 * SECOND);
    while (isRight() && world.checks.unended() > 0) {
      if (world.time.nanoTime() > bound) {
        world.checks.violated(world.checks.unended() + " tasks never end: " + unended());
      }
      world.next();
    }
    passUntil(world.time.nanoTime() + SETTLING);
    if (isRight()) {
      nothingIsLeft();
      world.checks.end(world.dispatcher.disk.tasks());
    }
    world.dispatcher.kill(false);
    count();
  }

  private void passUntil(long instant) {
    // Something always happens: the nameservice looks at its clock.
    while (isRight() && world.time.nanoTime() < instant) {
      world.next();
    }
  }

  /** While there are no faults, whatever may begin does. */
  private void watch() {
    for (TaskType type : world.types) {
      if (mayBegin(type)) {
        long since = waitingSince.computeIfAbsent(type, _ -> world.time.nanoTime());
        long waits = world.time.nanoTime() - Math.max(since, world.checks.lastBegin(type));
        require(waits < STALL, "nothing of type " + type + " begins, although it may");
      } else {
        waitingSince.remove(type);
      }
    }
    world.time.after(SECOND, this::watch);
  }

  private boolean mayBegin(TaskType type) {
    return world.checks.hasRoom(type)
        && world.workers.stream().anyMatch(worker -> worker.runs(type) && worker.free() > 0)
        && (world.checks.queuedInMemory(type)
            || world.dispatcher.disk.tasks().stream()
                .filter(task -> task.request().type().equals(type))
                .anyMatch(task -> task.state() == TaskState.QUEUED && !isLate(task)));
  }

  /** It will expire; within a minute, if the clock was set. */
  private boolean isLate(MemoryTask task) {
    Instant deadline = task.request().terms().deadline();
    return deadline != null && !world.dispatcher.instant().isBefore(deadline);
  }

  private void nothingIsLeft() {
    CompletableFuture<List<WorkerStatus>> workers = world.dispatcher.loop().workerStatus();
    CompletableFuture<Void> drained = world.dispatcher.loop().drain();
    passUntil(world.time.nanoTime() + SECOND);
    require(drained.isDone(), "attempts are left in the loop");
    require(!world.dispatcher.parts().awaitsAnswers(), "exchanges are left in the loop");
    require(
        workers.isDone() && workers.join().stream().allMatch(worker -> worker.running() == 0),
        "workers have attempts at the end: " + workers);
    require(
        world.dispatcher.loop().waitingTasks() == 0,
        world.dispatcher.loop().waitingTasks() + " tasks are said to wait at the end");
    require(world.dispatcher.loop().waiters().size() == 0, "somebody waits at the end");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      world.checks.violated(otherwise);
    }
  }

  private List<String> unended() {
    return world.dispatcher.disk.tasks().stream()
        .filter(task -> !task.state().ended())
        .map(task -> task.id() + " " + task.state() + " attempts=" + task.attempts())
        .toList();
  }

  private void count() {
    world.ledger.add(Ledger.Entry.TASKS_COMPLETED_IN_MEMORY, world.checks.unstored().completed());
    world
        .dispatcher
        .disk
        .tasks()
        .forEach(
            task -> {
              switch (task.state()) {
                case COMPLETED -> world.ledger.count(Ledger.Entry.TASKS_COMPLETED);
                case DEAD -> world.ledger.count(Ledger.Entry.TASKS_DEAD);
                case CANCELLED -> world.ledger.count(Ledger.Entry.TASKS_CANCELLED);
                case EXPIRED -> world.ledger.count(Ledger.Entry.TASKS_EXPIRED);
                case SCHEDULED, QUEUED, RUNNING -> {}
              }
            });
  }
}
