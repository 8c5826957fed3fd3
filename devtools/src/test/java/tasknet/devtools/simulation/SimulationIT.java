package tasknet.devtools.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A thousand random histories; {@code docs/simulation.md} tells how to run more, or one again. */
class SimulationIT {
  private static final long HISTORIES = Long.getLong("simulation.histories", 1_000);
  private static final long FIRST_SEED = Long.getLong("simulation.first", 1);

  @Test
  void allHoldsInEveryHistory() {
    Ledger ledger = new Ledger();
    int failed = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
      History.Result result =
          History.run(seed, false, SimulatedDispatcher.StoreOnDisk::new);
      ledger.addAll(result.ledger());
      if (!result.violations().isEmpty()) {
        failed++;
        if (failed <= 10) System.out.println("seed " + seed + ": " + result.violations().getFirst());
      }
    }
    System.out.println(ledger);
    assertThat(failed).isZero();
  }

  @Test
  void oneAgain() {
    Long seed = Long.getLong("simulation.seed");
    if (seed != null) {
      History.Result result =
          History.run(seed, true, SimulatedDispatcher.StoreOnDisk::new);
      result.trace().forEach(System.out::println);
      assertThat(result.violations()).isEmpty();
    }
  }
}
