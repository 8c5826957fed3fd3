package tasknet.monitoring.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class EventRingTest {
  private final EventRing ring = new EventRing(3);

  @Test
  void eventsAreNumberedAndTheOldestAreLost() throws Exception {
    for (int i = 0; i < 5; i++) {
      ring.add(event());
    }

    assertThat(ring.last()).isEqualTo(5);
    assertThat(numbers(0)).containsExactly(3L, 4L, 5L);
    assertThat(numbers(4)).containsExactly(5L);
    assertThat(numbers(5)).isEmpty();
  }

  @Test
  void aReaderThatWaitsIsWokenByTheNextEvent() {
    CompletableFuture<List<ContainerEvent>> waiting = waiting();
    ring.add(event());

    assertThat(waiting.join()).hasSize(1);
  }

  @Test
  void aReaderThatWaitsIsWokenByTheEnd() {
    CompletableFuture<List<ContainerEvent>> waiting = waiting();
    ring.close();

    assertThat(waiting.join()).isEmpty();
    assertThat(ring.closed()).isTrue();
  }

  private CompletableFuture<List<ContainerEvent>> waiting() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return ring.after(0, Duration.ofSeconds(8));
          } catch (InterruptedException e) {
            throw new CompletionException(e);
          }
        });
  }

  private List<Long> numbers(long after) throws InterruptedException {
    return ring.after(after, Duration.ZERO).stream().map(ContainerEvent::sequence).toList();
  }

  private static ContainerEvent event() {
    return new ContainerEvent(
        0,
        Instant.EPOCH,
        EventKind.START,
        "c1",
        "a",
        null,
        null,
        null,
        null,
        null,
        Set.of(),
        false);
  }
}
