package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupQueueTest {
  private final GroupQueue<Append> queue = new GroupQueue<>(3, 1000, Append::bytes);

  private record Append(long bytes) {}

  @Test
  void nothingIsTakenBeforeItIsOpenAndAfterItIsClosed() {
    assertThat(queue.offer(append(0))).isFalse();
    queue.open();
    assertThat(queue.offer(append(0))).isTrue();
    queue.close();
    assertThat(queue.offer(append(0))).isFalse();

    assertThat(queue.isOver()).isFalse();
    assertThat(queue.take()).hasSize(1);
    assertThat(queue.isOver()).isTrue();
    assertThat(queue.take()).isEmpty();
  }

  @Test
  void aGroupHasSoManyAppendsInTheirOrder() {
    queue.open();
    List<Append> all = List.of(append(0), append(0), append(0), append(0));
    all.forEach(queue::offer);

    assertThat(queue.size()).isEqualTo(4);
    assertThat(queue.take()).isEqualTo(all.subList(0, 3));
    assertThat(queue.take()).isEqualTo(all.subList(3, 4));
  }

  @Test
  void aGroupEndsWithTheAppendThatReachesItsBytes() {
    queue.open();
    queue.offer(append(2));
    queue.offer(append(3));
    queue.offer(append(0));

    assertThat(queue.take()).hasSize(2);
  }

  @Test
  void whoTakesCanBeWoken() {
    queue.open();
    queue.wake();

    assertThat(queue.take()).isEmpty();
    assertThat(queue.isOver()).isFalse();
  }

  private static Append append(int hundreds) {
    return new Append(100 + 250L * hundreds);
  }
}
