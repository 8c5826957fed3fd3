package tasknet.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tasknet.client.simulation.SimulationReport.Run;
import tasknet.client.simulation.SimulationReport.TypeSummary;
import tasknet.task.JsonText;

final class SimulationReportTest {
  @Test
  void latenciesAreThoseOfTheNearestRank() {
    List<Run> runs = new ArrayList<>();
    for (int millis = 100; millis >= 1; millis--) {
      runs.add(run("hash", millis, millis != 7));
    }
    assertThat(new SimulationReport(runs, Duration.ofSeconds(1)).types())
        .containsExactly(
            new TypeSummary(
                "hash",
                100,
                99,
                1,
                Duration.ofMillis(50),
                Duration.ofMillis(95),
                Duration.ofMillis(100)));
  }

  @Test
  void typesAreOrderedByNameAndASingleLatencyIsAllOfThem() {
    Duration only = Duration.ofMillis(3);
    SimulationReport report =
        new SimulationReport(List.of(run("sum", 3, true), run("hash", 3, true)), only);
    assertThat(report.types())
        .containsExactly(
            new TypeSummary("hash", 1, 1, 0, only, only, only),
            new TypeSummary("sum", 1, 1, 0, only, only, only));
    assertThat(report.unexpected()).isEmpty();
  }

  private static Run run(String type, int millis, boolean asExpected) {
    SimulatedTask task =
        new SimulatedTask(
            1, type, JsonText.NULL, new Expectation.Result(JsonText.NULL), SimulatedTask.Via.CALL);
    Answer answer = new Answer.Result(JsonText.NULL);
    return new Run(task, answer, asExpected, Duration.ofMillis(millis));
  }
}
