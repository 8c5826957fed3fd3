package tasknet.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tasknet.client.simulation.SimulatedTask.Via;

final class ShippedTasksTest {
  private final List<SimulatedTask> tasks = TaskFile.shipped();

  @Test
  void thereAreAboutAHundredOverAllTypesAndBothWays() {
    Set<String> types = new TreeSet<>();
    tasks.forEach(task -> types.add(task.type()));
    assertThat(tasks).hasSizeBetween(95, 120);
    assertThat(types).contains("reverse", "hash", "sum", "upper", "wait", "random_fact");
    assertThat(tasks).extracting(SimulatedTask::via).contains(Via.CALL, Via.SUBMIT);
  }

  @Test
  void aDozenAreBadOnPurpose() {
    List<String> errors =
        tasks.stream()
            .map(SimulatedTask::expect)
            .filter(Expectation.ErrorCode.class::isInstance)
            .map(Object::toString)
            .toList();
    assertThat(errors)
        .hasSizeGreaterThanOrEqualTo(12)
        .contains("the error no-worker", "the error invalid-payload", "the error malformed");
  }
}
