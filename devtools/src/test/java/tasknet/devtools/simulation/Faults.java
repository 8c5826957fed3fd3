package tasknet.devtools.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What goes wrong in a history, and when; at its end all is well again. */
final class Faults {
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final World world;
  private final SplittableRandom random;
  private long until;

  Faults(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
  }

  /**
   * Schedules them.
   *
   * @param length of the time in which they happen
   */
  void script(long length) {
    until = length;
    int harshness = random.nextInt(8);
    if (harshness == 0) {
      world.ledger.count(Ledger.Entry.CALM_HISTORIES);
      return;
    }
    world.checks.faultsBegin();
    badNetwork();
    int faults = harshness < 4 ? 1 + random.nextInt(3) : 3 + random.nextInt(14);
    for (int number = 0; number < faults; number++) {
      world.time.after(random.nextLong(length), this::any);
    }
  }

  /** When they are to be ended, on the virtual clock. */
  long until() {
    return until;
  }

  /** Ends them all. */
  void end() {
    world.trace.add("all faults end");
    world.network.mendAll();
    world.checks.lateness(Duration.ofHours(1)); // of what is on its way yet
    world.dispatcher.slowDisk(3 * MILLI);
    world.dispatcher.fullDisk(false);
    world.dispatcher.killAtCommit(() -> {});
    world.dispatcher.clock.set(Duration.ZERO);
    List<SimulatedProcess> all = new ArrayList<>(world.workers);
    all.add(world.dispatcher);
    all.add(world.nameservice);
    all.forEach(SimulatedProcess::resume);
    startAll();
  }

  /** Whatever has left meanwhile, because it was draining when the faults ended, is started too. */
  void startAll() {
    world.nameservice.start();
    world.dispatcher.start();
    world.workers.forEach(SimulatedWorker::start);
  }

  private void badNetwork() {
    double loss = List.of(0.0, 0.0, 0.01, 0.1, 0.3).get(random.nextInt(5));
    double duplication = List.of(0.0, 0.01, 0.2).get(random.nextInt(3));
    double corruption = List.of(0.0, 0.0, 0.02).get(random.nextInt(3));
    double late = List.of(0.0, 0.02, 0.2).get(random.nextInt(3));
    long latest = List.of(20 * MILLI, 300 * MILLI, 3 * SECOND).get(random.nextInt(3));
    world.network.quality(new Network.Quality(loss, duplication, corruption, late, latest));
    world.checks.lateness(late == 0 ? Duration.ZERO : Duration.ofNanos(latest));
  }

  private void any() {
    switch (random.nextInt(22)) {
      case 0 -> killDispatcher();
      case 1, 2 -> world.dispatcher.killAtCommit(this::killDispatcher);
      case 3, 4, 5, 6 -> killWorker();
      case 7, 8 -> pause(anyWorker(), between(100 * MILLI, 6 * SECOND));
      case 9 -> pause(world.dispatcher, between(20 * MILLI, 3 * SECOND));
      case 10 -> killNameservice();
      case 11 -> pause(world.nameservice, between(100 * MILLI, 10 * SECOND));
      case 12, 13, 14 -> partition();
      case 15, 16 -> burst();
      case 17 -> setClock();
      case 18 -> disk();
      case 19 -> drainWorker();
      case 20 -> drainDispatcher();
      default -> falseDeath();
    }
  }

  // ---- processes -------------------------------------------------------------------------------

  private void killDispatcher() {
    if (world.dispatcher.isAlive()) {
      world.ledger.count(Ledger.Entry.DISPATCHER_CRASHES);
      world.dispatcher.kill(random.nextBoolean());
      boolean longer = random.nextInt(30) == 0;
      if (longer) {
        world.ledger.count(Ledger.Entry.LONG_ABSENCES);
        world.checks.longAbsence();
      }
      // Longer than a worker remembers, which is ten minutes.
      long away = longer ? between(9 * MINUTE, 15 * MINUTE) : between(20 * MILLI, 5 * SECOND);
      world.time.after(away, world.dispatcher::start);
      until = longer ? Math.max(until, world.time.nanoTime() + away) : until;
    }
  }

  private void killWorker() {
    SimulatedWorker worker = anyWorker();
    if (worker.isAlive()) {
      world.ledger.count(Ledger.Entry.WORKER_CRASHES);
      long epoch = worker.epoch();
      worker.kill();
      if (random.nextInt(8) == 0) {
        world.ledger.count(Ledger.Entry.WORKER_CLOCKS_SET);
        worker.setClock(Duration.ofNanos(random.nextLong(2 * MINUTE) - MINUTE));
      }
      if (random.nextBoolean()) {
        world.ledger.count(Ledger.Entry.DEATH_REPORTS);
        world.time.after(between(20 * MILLI, 2 * SECOND), () -> reportDeath(worker, epoch));
      }
      world.time.after(between(5 * MILLI, 8 * SECOND), worker::start);
    }
  }

  private void falseDeath() {
    SimulatedWorker worker = anyWorker();
    if (worker.isAlive()) {
      world.ledger.count(Ledger.Entry.FALSE_DEATH_REPORTS);
      reportDeath(worker, worker.epoch());
    }
  }

  private void reportDeath(SimulatedWorker worker, long epoch) {
    if (world.nameservice.isAlive() && !world.nameservice.isPaused()) {
      world.trace.add("{} is reported dead epoch={}", worker.id, epoch);
      world.nameservice.registry().died(worker.id, epoch, "killed");
    }
  }

  private void killNameservice() {
    if (world.nameservice.isAlive()) {
      world.ledger.count(Ledger.Entry.NAMESERVICE_CRASHES);
      world.nameservice.kill();
      world.time.after(between(50 * MILLI, 20 * SECOND), world.nameservice::start);
    }
  }

  private void pause(SimulatedProcess process, long length) {
    if (process.isAlive() && !process.isPaused()) {
      world.ledger.count(Ledger.Entry.PAUSES);
      world.trace.add("{} is paused for {} ms", process.host, length / MILLI);
      process.pause();
      world.time.after(length, process::resume);
    }
  }

  private void drainWorker() {
    SimulatedWorker worker = anyWorker();
    world.ledger.count(Ledger.Entry.DRAINS);
    worker.drain();
    world.time.after(between(SECOND, 10 * SECOND), worker::start);
  }

  private void drainDispatcher() {
    world.ledger.count(Ledger.Entry.DRAINS);
    world.dispatcher.drain(between(100 * MILLI, 5 * SECOND));
    world.time.after(between(6 * SECOND, 10 * SECOND), world.dispatcher::start);
  }

  private SimulatedWorker anyWorker() {
    return world.workers.get(random.nextInt(world.workers.size()));
  }

  // ---- network, disk, clock --------------------------------------------------------------------

  private void partition() {
    List<String> hosts = new ArrayList<>();
    hosts.add(world.dispatcher.host);
    hosts.add(world.nameservice.host);
    hosts.add(world.clients.host);
    world.workers.forEach(worker -> hosts.add(worker.host));
    String one = hosts.get(random.nextInt(hosts.size()));
    String other = random.nextInt(3) == 0 ? hosts.get(random.nextInt(3)) : world.dispatcher.host;
    if (one.equals(other)) {
      return;
    }
    world.ledger.count(Ledger.Entry.PARTITIONS);
    boolean oneWay = random.nextInt(3) == 0;
    long length = between(100 * MILLI, 15 * SECOND);
    world.trace.add("cut off {} from {} for {} ms", one, other, length / MILLI);
    cut(one, other, length);
    if (!oneWay) {
      cut(other, one, length);
    }
  }

  private void cut(String from, String to, long length) {
    world.network.cut(from, to);
    world.time.after(length, () -> world.network.mend(from, to));
  }

  private void burst() {
    world.ledger.count(Ledger.Entry.BURSTS_OF_LOSS);
    world.network.burst(0.5 + random.nextDouble() / 2);
    world.time.after(between(50 * MILLI, 5 * SECOND), () -> world.network.burst(0));
  }

  private void disk() {
    long length = between(50 * MILLI, 3 * SECOND);
    if (random.nextBoolean()) {
      world.ledger.count(Ledger.Entry.FULL_DISKS);
      world.trace.add("the disk is full for {} ms", length / MILLI);
      world.dispatcher.fullDisk(true);
      world.time.after(length, () -> world.dispatcher.fullDisk(false));
    } else {
      world.dispatcher.slowDisk(between(20 * MILLI, SECOND));
      world.time.after(length, () -> world.dispatcher.slowDisk(3 * MILLI));
    }
  }

  private void setClock() {
    world.ledger.count(Ledger.Entry.CLOCK_JUMPS);
    world.checks.clockIsSet();
    long most = random.nextInt(10) == 0 ? 60 * MINUTE : random.nextInt(3) == 0 ? MINUTE : SECOND;
    Duration ahead = Duration.ofNanos(random.nextLong(2 * most) - most);
    world.trace.add("the dispatcher's clock is set to {} ahead", ahead);
    world.dispatcher.clock.set(ahead);
  }

  private long between(long least, long most) {
    // Mostly short, sometimes long.
    double part = random.nextDouble();
    return least + (long) ((most - least) * part * part);
  }
}
