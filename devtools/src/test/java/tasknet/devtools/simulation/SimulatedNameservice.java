package tasknet.devtools.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.nameservice.RegistryByHand;
import tasknet.registry.WorkerList;

/**
 * The nameservice: its registry, which expires workers, is written a little later, and is asked.
 */
final class SimulatedNameservice extends SimulatedProcess {
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);
  private static final long GATHER = Duration.ofMillis(100).toNanos();

  private final VirtualTime.WallClock clock;
  private final Trace trace;
  private final Checks checks;
  private final List<Consumer<WorkerList>> waiting = new ArrayList<>();
  private RegistryByHand.Kept kept = RegistryByHand.Kept.nothing();
  private @Nullable RegistryByHand registry;
  private boolean toWrite;

  SimulatedNameservice(VirtualTime time, SplittableRandom random, Trace trace, Checks checks) {
    super("10.0.0.2", time, random);
    this.clock = new VirtualTime.WallClock(time);
    this.trace = trace;
    this.checks = checks;
  }

  void start() {
    if (!isAlive()) {
      begin(null);
      trace.add("nameservice starts");
      toWrite = false;
      waiting.clear();
      registry =
          new RegistryByHand(
              kept,
              TIME_TO_LIVE,
              time,
              clock,
              this::changed,
              trace.log("nameservice", checks::violated));
      tick();
    }
  }

  void kill() {
    if (isAlive()) {
      trace.add("nameservice is killed");
      end();
    }
  }

  RegistryByHand registry() {
    return Objects.requireNonNull(registry);
  }

  /** A blocking query, as {@code GET /workers} is. */
  void list(long after, long wait, Consumer<WorkerList> answer) {
    if (wait == 0 || registry().revision() != after) {
      answer.accept(registry().list());
      return;
    }
    waiting.add(answer);
    after(
        wait,
        () -> {
          if (waiting.remove(answer)) {
            answer.accept(registry().list());
          }
        });
  }

  private void tick() {
    after(registry().tick().toNanos(), this::tick);
  }

  private void changed() {
    if (!toWrite) {
      toWrite = true;
      after(GATHER, this::write);
    }
    // Not at once: the registry is still at its change.
    after(
        0,
        () -> {
          List<Consumer<WorkerList>> all = List.copyOf(waiting);
          waiting.clear();
          all.forEach(answer -> answer.accept(registry().list()));
        });
  }

  private void write() {
    toWrite = false;
    kept = registry().kept();
  }
}
