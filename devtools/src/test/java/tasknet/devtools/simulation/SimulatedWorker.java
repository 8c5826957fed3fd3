package tasknet.devtools.simulation;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskType;
import tasknet.wire.Drop;
import tasknet.wire.Message;
import tasknet.worker.WorkerByHand;

/** A worker: its server, its heartbeat, and handlers that do what is planned for their tasks. */
final class SimulatedWorker extends SimulatedProcess {
  private static final long FIRST_INTERVAL = Duration.ofMillis(250).toNanos();
  private static final long INTERVAL = Duration.ofSeconds(1).toNanos();
  private static final long CALL_TIMEOUT = Duration.ofSeconds(2).toNanos();
  private static final long DRAIN_TIMEOUT = Duration.ofSeconds(5).toNanos();
  private static final long FAREWELL = Duration.ofSeconds(1).toNanos();
  private static final long LOOK = Duration.ofMillis(50).toNanos();
  private static final long QUICK = Duration.ofMillis(20).toNanos();

  final WorkerId id;
  private final Set<TaskType> types;
  private final int slots;
  private final World world;
  private final SplittableRandom random;
  private final VirtualTime.WallClock clock;
  private final InetSocketAddress address;
  private final Set<Playing> playing = new HashSet<>();
  private @Nullable WorkerByHand server;
  private long epoch;
  private boolean registers;

  SimulatedWorker(
      int number, Set<TaskType> types, int slots, World world, SplittableRandom random) {
    super("10.0.1." + number, world.time, random.split());
    this.id = new WorkerId("worker-" + number);
    this.types = types;
    this.slots = slots;
    this.world = world;
    this.random = random;
    this.clock = new VirtualTime.WallClock(world.time);
    this.address = new InetSocketAddress(host, 6000);
  }

  /** Which start of the process it is. */
  long epoch() {
    return epoch;
  }

  void start() {
    if (isAlive()) {
      return;
    }
    epoch = clock.millis();
    server =
        new WorkerByHand(
            id,
            epoch,
            types,
            slots,
            this::play,
            world.network.open(this, address),
            time,
            random.split(),
            world.trace.log(id.name(), world.checks::violated));
    begin(server.start());
    world.trace.add("{} starts epoch={}", id, epoch);
    registers = true;
    beat();
  }

  void kill() {
    if (isAlive()) {
      world.trace.add("{} is killed", id);
      leave();
    }
  }

  private void leave() {
    end();
    WorkerByHand left = server();
    world.ledger.add(Ledger.Entry.RETRANSMISSIONS, left.counters().retransmissions());
    for (Playing each : playing) {
      if (!each.start.over) {
        each.start.over = true;
        world.ledger.count(Ledger.Entry.HANDLERS_LOST);
      }
    }
    playing.clear();
  }

  /** As by SIGTERM. */
  void drain() {
    if (isAlive() && registers) {
      world.trace.add("{} drains", id);
      registers = false;
      server().drain();
      world.network.call(
          this,
          world.nameservice,
          CALL_TIMEOUT,
          answer -> {
            world.nameservice.registry().depart(id, epoch);
            answer.accept(true);
          },
          _ -> {},
          () -> {});
      long until = time.nanoTime() + DRAIN_TIMEOUT;
      after(LOOK, () -> leaveWhenDrained(until, false));
    }
  }

  private void leaveWhenDrained(long until, boolean stopped) {
    boolean over = time.nanoTime() - until >= 0;
    if (server().isDrained() || (over && stopped)) {
      world.trace.add("{} has drained", id);
      leave();
    } else if (over) {
      server().stop();
      after(LOOK, () -> leaveWhenDrained(time.nanoTime() + FAREWELL, true));
    } else {
      after(LOOK, () -> leaveWhenDrained(until, stopped));
    }
  }

  // ---- heartbeat -------------------------------------------------------------------------------

  private void beat() {
    if (!registers) {
      return;
    }
    Registration registration =
        new Registration(types, host, address.getPort(), slots, epoch, "simulated", clock.instant());
    world.network.<Boolean>call(
        this,
        world.nameservice,
        CALL_TIMEOUT,
        answer -> answer.accept(world.nameservice.registry().register(id, registration)),
        accepted -> {
          if (accepted) {
            after(INTERVAL, this::beat);
          } else {
            world.trace.add("{} is replaced", id);
            kill();
          }
        },
        () -> after(FIRST_INTERVAL, this::beat));
  }

  // ---- handlers --------------------------------------------------------------------------------

  private WorkerByHand.Handler play(Message.Execute execute, WorkerByHand.Ended ended) {
    return new Playing(execute, ended);
  }

  private WorkerByHand server() {
    return Objects.requireNonNull(server);
  }

  /** Messages that its server could not make sense of. */
  long unexpected() {
    return server().counters().dropped(Drop.UNEXPECTED);
  }

  /** A handler at work. */
  private final class Playing implements WorkerByHand.Handler {
    private final HandlerStart start;
    private final TaskPlan plan;
    private final WorkerByHand.Ended ended;

    Playing(Message.Execute execute, WorkerByHand.Ended ended) {
      this.ended = ended;
      this.plan = world.plan(execute.attempt().task());
      this.start =
          new HandlerStart(
              execute.attempt(),
              execute.type(),
              id.name(),
              time.nanoTime(),
              world.dispatcher.instant(),
              catchesUp());
      int before = world.checks.handlersStarted(execute.attempt().task());
      JsonText result = new JsonText("\"" + start + " run " + (before + 1) + "\"");
      Outcome outcome = plan.outcome(before, new Outcome.Completed(result));
      playing.add(this);
      world.ledger.count(Ledger.Entry.HANDLERS_STARTED);
      world.trace.add("handler of {} starts", start);
      world.checks.started(start, world.dispatcher.task(execute.attempt().task()));
      after(plan.duration(random), () -> finish(outcome));
    }

    @Override
    public void cancel() {
      if (plan.kind() == TaskPlan.Kind.HEEDS_CANCEL || plan.kind() == TaskPlan.Kind.HANGS) {
        stop();
      }
    }

    @Override
    public void interrupt() {
      start.stopped = true;
      if (plan.kind() != TaskPlan.Kind.STUBBORN) {
        stop();
      }
    }

    private void stop() {
      TaskError error = new TaskError(TaskError.HANDLER_FAILED, "It was told to stop.", true);
      after(random.nextLong(QUICK), () -> finish(new Outcome.Failed(error)));
    }

    private void finish(Outcome outcome) {
      if (!start.over) {
        start.over = true;
        start.result = outcome instanceof Outcome.Completed(JsonText json) ? json : null;
        playing.remove(this);
        world.ledger.count(Ledger.Entry.HANDLERS_ENDED);
        world.trace.add("handler of {} ends: {}", start, outcome);
        world.clients.handlerEnds(start.attempt.task());
        ended.with(outcome);
      }
    }
  }
}
