package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tasknet.client.simulation.Answer;
import tasknet.client.simulation.Expectation;
import tasknet.client.simulation.SimulatedTask;
import tasknet.client.simulation.SimulationReport.Run;
import tasknet.task.JsonText;
import tasknet.testkit.TestClock;

final class ProgressLineTest {
  private static final Run GOOD = run(true);
  private static final Run BAD = run(false);

  private final TestClock clock = new TestClock();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void elsewhereThanOnATerminalThereIsALineEachSecond() {
    ProgressLine progress = new ProgressLine(9, out, false, clock);
    progress.answered(GOOD);
    progress.answered(BAD);
    clock.advance(Duration.ofSeconds(1));
    progress.answered(GOOD);
    progress.answered(GOOD);
    progress.clear();
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("3 of 9 answered, 1 unexpected");
  }

  @Test
  void onATerminalOneLineChangesAndIsWipedAtTheEnd() {
    ProgressLine progress = new ProgressLine(2, out, true, clock);
    clock.advance(Duration.ofMillis(50));
    progress.answered(GOOD);
    clock.advance(Duration.ofMillis(50));
    progress.answered(GOOD);
    progress.clear();
    String first = "1 of 2 answered, 0 unexpected";
    String second = "2 of 2 answered, 0 unexpected";
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r" + first + "\r" + second + "\r" + " ".repeat(second.length()) + "\r");
  }

  private static Run run(boolean asExpected) {
    Expectation any = new Expectation.Result(JsonText.NULL);
    SimulatedTask task = new SimulatedTask(1, "hash", JsonText.NULL, any, SimulatedTask.Via.CALL);
    return new Run(task, new Answer.Result(JsonText.NULL), asExpected, Duration.ZERO);
  }
}
