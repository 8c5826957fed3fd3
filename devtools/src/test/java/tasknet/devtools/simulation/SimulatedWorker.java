package tasknet.devtools.simulation;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskType;
import tasknet.wire.Message;
import tasknet.wire.Payload;
import tasknet.worker.WorkerByHand;

/** A worker: its server, its heartbeat, and handlers that do what is planned for their tasks. */
final class SimulatedWorker extends SimulatedProcess {
  private static final long FIRST_INTERVAL = Duration.ofMillis(250).toNanos();
  private static final long INTERVAL = Duration.ofSeconds(1).toNanos();
  private static final long CALL_TIMEOUT = Duration.ofSeconds(2).toNanos();
  private static final long DRAIN_TIMEOUT = Duration.ofSeconds(5).toNanos();
  private static final long FAREWELL = Duration.ofSeconds(1).toNanos();
  private static final long AGAIN = Duration.ofSeconds(2).toNanos();
  private static final long LOOK = Duration.ofMillis(50).toNanos();
  private static final long TRANSFER_TIMEOUT = Duration.ofSeconds(5).toNanos();
  private static final int LARGE = 1_300;
  private static final long QUICK = Duration.ofMillis(20).toNanos();

  final WorkerId id;
  private final Set<TaskType> types;
  private int slots;
  private final World world;
  private final SplittableRandom random;
  private final VirtualTime.WallClock clock;
  private InetSocketAddress address;
  private final Set<Playing> playing = new LinkedHashSet<>();
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

  /** The time of day of its machine. */
  void setClock(Duration ahead) {
    clock.set(ahead);
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
    address = new InetSocketAddress(host, 6000 + random.nextInt(2));
    if (random.nextInt(5) == 0) {
      slots = 1 + random.nextInt(4);
    }
    world.checks.slots(id.name(), slots);
    server =
        new WorkerByHand(
            id,
            epoch,
            types,
            slots,
            new Handlers(),
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
        new Registration(
            types, host, address.getPort(), slots, epoch, "simulated", Instant.ofEpochMilli(epoch));
    world.network.<Boolean>call(
        this,
        world.nameservice,
        CALL_TIMEOUT,
        answer -> answer.accept(world.nameservice.registry().register(id, registration)),
        accepted -> {
          if (accepted) {
            after(INTERVAL, this::beat);
          } else {
            world.trace.add("{} is told that it is replaced", id);
            kill();
            time.after(AGAIN, this::start);
          }
        },
        () -> after(FIRST_INTERVAL, this::beat));
  }

  // ---- handlers --------------------------------------------------------------------------------

  /** How many more handlers it could run. */
  int free() {
    return slots - (int) playing.stream().filter(each -> each.start.runs()).count();
  }

  boolean runs(TaskType type) {
    return types.contains(type);
  }

  private WorkerByHand server() {
    return Objects.requireNonNull(server);
  }

  private final class Handlers implements WorkerByHand.Handlers {
    @Override
    public WorkerByHand.Handler start(Message.Execute execute, WorkerByHand.Told told) {
      Playing handler = new Playing(execute, told);
      switch (execute.payload()) {
        case Payload.Inline _ -> handler.begin();
        case Payload.Reference(URI url, long _) -> handler.fetch(url);
      }
      return handler;
    }

    @Override
    public void upload(URI url, AttemptId attempt, JsonText result, Consumer<Boolean> delivered) {
      world.ledger.count(Ledger.Entry.UPLOADS);
      world.network.<Boolean>call(
          SimulatedWorker.this,
          world.dispatcher,
          TRANSFER_TIMEOUT,
          answer -> {
            var _ = world.dispatcher.parts().put(url, attempt, result).thenAccept(answer);
          },
          delivered,
          () -> delivered.accept(false));
    }
  }

  /** A handler at work. */
  private final class Playing implements WorkerByHand.Handler {
    private final Message.Execute execute;
    private final TaskPlan plan;
    private final WorkerByHand.Told told;
    private final HandlerStart start;
    private boolean begun;

    Playing(Message.Execute execute, WorkerByHand.Told told) {
      this.execute = execute;
      this.told = told;
      this.plan = world.plan(execute.attempt().task());
      this.start =
          new HandlerStart(
              execute.attempt(),
              execute.type(),
              id.name(),
              world.dispatcher.instant(),
              catchesUp());
    }

    void fetch(URI url) {
      world.ledger.count(Ledger.Entry.FETCHES);
      world.network.<Boolean>call(
          SimulatedWorker.this,
          world.dispatcher,
          Math.min(TRANSFER_TIMEOUT, execute.timeout().toNanos()),
          answer -> {
            var _ = world.dispatcher.parts().fetch(url, execute.attempt()).thenAccept(answer);
          },
          given -> {
            if (given) {
              begin();
            } else {
              unavailable();
            }
          },
          this::unavailable);
    }

    private void unavailable() {
      TaskError error = new TaskError(TaskError.PAYLOAD_UNAVAILABLE, "It is not to be had.", true);
      finish(new Outcome.Failed(error));
    }

    void begin() {
      if (start.over || start.stopped) {
        return;
      }
      begun = true;
      int before = world.checks.handlersStarted(execute.attempt().task());
      String text = start + " run " + (before + 1) + (plan.large() ? "!".repeat(LARGE) : "");
      Outcome outcome = plan.outcome(before, new Outcome.Completed(new JsonText('"' + text + '"')));
      playing.add(this);
      world.ledger.count(Ledger.Entry.HANDLERS_STARTED);
      world.trace.add("handler of {} starts", start);
      world.checks.started(start, world.request(execute.attempt().task()));
      long duration = plan.duration(random);
      if (random.nextInt(5) == 0) {
        after(duration / 2, this::tell);
      }
      after(duration, () -> finish(outcome));
    }

    private void tell() {
      if (!start.over) {
        told.progressed(50, "half of it");
      }
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
        world.trace.add("handler of {} ends: {}", start, outcome);
        if (begun) {
          world.ledger.count(Ledger.Entry.HANDLERS_ENDED);
          world.clients.handlerEnds(start.attempt.task());
        }
        told.ended(outcome);
      }
    }
  }
}
