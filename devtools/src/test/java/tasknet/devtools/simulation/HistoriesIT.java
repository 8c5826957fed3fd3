package tasknet.devtools.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A thousand random histories of the whole of Tasknet; {@code docs/simulation.md} tells how to run
 * more of them, and how to run one again.
 */
class HistoriesIT {
  private static final int HISTORIES = 1_000;

  /** Within so many histories whatever is broken on purpose is noticed. */
  private static final int NOTICED_WITHIN = 100;

  private static final int TRACE_SHOWN = 4_000;

  @Test
  void allHoldsInEveryHistory() {
    Ledger ledger = new Ledger();
    seeds()
        .forEach(
            seed -> {
              History.Result result = run(seed, false);
              if (!result.violations().isEmpty()) {
                fail(report(run(seed, true)));
              }
              ledger.addAll(result.ledger());
            });
    System.out.println(ledger);
    if (ledger.of(Ledger.Entry.HISTORIES) >= HISTORIES) { // then each of these has happened
      assertThat(Ledger.Entry.values())
          .allSatisfy(entry -> assertThat(ledger.of(entry)).isPositive());
    }
  }

  @Test
  void theSameSeedMakesTheSameHistory() {
    for (long seed = 1; seed <= 10; seed++) {
      assertThat(run(seed, true).trace()).isNotEmpty().isEqualTo(run(seed, true).trace());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBrokenStoreIsNoticed(BrokenStore broken) {
    assertThat(LongStream.rangeClosed(1, NOTICED_WITHIN))
        .as("seeds of histories, in one of which it is noticed")
        .anyMatch(seed -> !History.run(seed, false, broken).violations().isEmpty());
  }

  private static LongStream seeds() {
    Long only = Long.getLong("simulation.seed");
    long first = Long.getLong("simulation.first", 1);
    int histories = Integer.getInteger("simulation.histories", HISTORIES);
    return only == null ? LongStream.range(first, first + histories) : LongStream.of(only);
  }

  private static History.Result run(long seed, boolean traced) {
    return History.run(seed, traced, SimulatedDispatcher.StoreOnDisk::new);
  }

  private static String report(History.Result result) {
    List<String> trace = result.trace();
    int shown = Math.min(TRACE_SHOWN, trace.size());
    return """
        %s
        %s

        The last %s of %s events of the history of seed %s are above. To run it again:
          mvn verify -pl devtools -am -Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false \
            -Dit.test=HistoriesIT#allHoldsInEveryHistory -Dfailsafe.failIfNoSpecifiedTests=false \
            -Dsimulation.seed=%s
        """
        .formatted(
            String.join("\n", trace.subList(trace.size() - shown, trace.size())),
            String.join("\n", result.violations()),
            shown,
            trace.size(),
            result.seed(),
            result.seed());
  }
}
