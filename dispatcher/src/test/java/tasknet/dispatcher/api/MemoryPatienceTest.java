package tasknet.dispatcher.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import tasknet.task.JsonText;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;

class MemoryPatienceTest {
  private static final long STEP = 100_000_000;

  private final Deque<Double> answers = new ArrayDeque<>();
  private final LineCounters counters = new LineCounters();
  private int asked;
  private long now;
  private boolean gone;

  /** Of the answers the last one stays; the clock goes on by a tenth of a second with each look. */
  private final MemoryPatience patience =
      new MemoryPatience(
          _ -> {
            asked++;
            return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
          },
          () -> now += STEP);

  @Test
  void whileThereIsRoomNobodyWaits() throws InterruptedException {
    left(0.5);
    await("hash");
    left(0.03);
    await("hash");

    assertThat(asked).isEqualTo(2);
    assertThat(counters.heldSeconds()).isZero();
  }

  @Test
  void aFullMemoryIsWaitedForUntilThereIsRoomForMany() throws InterruptedException {
    left(0, 0, 0.03, 0.5);
    await("hash");

    assertThat(asked).isEqualTo(4);
    assertThat(counters.heldSeconds()).isPositive();
  }

  @Test
  void whereNothingMovesOneTaskOfATypeWaitsForASecondAndNoneAfterIt() throws InterruptedException {
    left(0);
    await("hash");
    assertThat(counters.heldSeconds()).isBetween(1.0, 1.3);

    asked = 0;
    await("hash");
    await("hash");
    assertThat(asked).isEqualTo(2);

    await("sleep");
    assertThat(asked).as("another type is waited for").isGreaterThan(3);
  }

  @Test
  void whereThereWasRoomAgainItIsWaitedForAgain() throws InterruptedException {
    left(0);
    await("hash");
    left(0.5);
    await("hash");

    asked = 0;
    left(0, 0.5);
    await("hash");
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void forAClientThatHasGoneNobodyWaits() throws InterruptedException {
    gone = true;
    left(0);
    await("hash");

    assertThat(asked).isEqualTo(2);
  }

  private void left(double... parts) {
    answers.clear();
    DoubleStream.of(parts).forEach(answers::addLast);
  }

  private void await(String type) throws InterruptedException {
    patience.await(TaskRequest.of(new TaskType(type), JsonText.NULL), counters, () -> gone);
  }
}
