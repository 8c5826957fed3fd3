package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.dispatch.QueueFullException.Bound;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

class WaitingTasksTest {
  private static final TaskType HASH = new TaskType("hash");
  private static final TaskType UPPER = new TaskType("upper");

  private final TestClock clock = new TestClock();
  private final WaitingTasks waiting =
      new WaitingTasks(5, type -> type.equals(HASH) ? 2 : null, clock);

  @Test
  void theBoundOfATypeIsForThatTypeOnly() {
    waiting.reserve(HASH);
    waiting.reserve(HASH);

    assertThat(full(HASH)).isEqualTo(new Bound(HASH, 2, 2, RetryAfter.UNKNOWN));
    waiting.reserve(UPPER);
    assertThat(waiting.byType()).isEqualTo(Map.of(HASH, 2L, UPPER, 1L));
    assertThat(waiting.all()).isEqualTo(3);
  }

  @Test
  void theBoundOfAllIsForEveryType() {
    waiting.add(UPPER, 5);

    assertThat(full(HASH)).isEqualTo(new Bound(null, 5, 5, RetryAfter.UNKNOWN));
    assertThat(waiting.of(HASH)).isZero();
    assertThat(waiting.all()).isEqualTo(5);
  }

  @Test
  void whatLeavesMakesRoomAndSaysHowSoonThereIsMore() {
    for (int second = 0; second < 20; second++) {
      clock.advance(Duration.ofSeconds(4));
      waiting.add(HASH, 1);
      waiting.left(HASH);
    }
    waiting.add(HASH, 2);
    assertThat(full(HASH).retryAfter()).isBetween(3, 5);
    waiting.add(HASH, 9);
    assertThat(full(HASH).retryAfter()).as("ten must leave").isBetween(30, 50);
    clock.advance(Duration.ofMinutes(5));
    assertThat(full(HASH).retryAfter()).isEqualTo(RetryAfter.UNKNOWN);

    waiting.add(HASH, -10);
    waiting.reserve(HASH);
    assertThat(waiting.of(HASH)).isEqualTo(2);
  }

  @Test
  void theRateOfAllIsThatOfAllTypes() {
    for (int count = 0; count < 100; count++) {
      clock.advance(Duration.ofMillis(500));
      waiting.add(UPPER, 1);
      waiting.left(UPPER);
    }
    waiting.add(UPPER, 8);

    assertThat(full(HASH).retryAfter()).as("four must leave, two a second").isBetween(2, 3);
  }

  private Bound full(TaskType type) {
    return catchThrowableOfType(QueueFullException.class, () -> waiting.reserve(type)).bound();
  }
}
