package tasknet.dispatcher.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;

class ReadyQueueTest {
  private final ReadyQueue queue = new ReadyQueue(false);

  @Test
  void tasksComeOutInTheOrderInWhichTheyCame() {
    tasks(1, 3).forEach(queue::offer);

    assertThat(positions(queue)).containsExactly(1L, 2L, 3L);
    assertThat(queue.wantsPage()).isNull();
  }

  @Test
  void whatIsGivenBackComesFirst() {
    tasks(1, 2).forEach(queue::offer);

    queue.giveBack(Objects.requireNonNull(queue.poll()));

    assertThat(positions(queue)).containsExactly(1L, 2L);
  }

  @Test
  void aMillionTasksStayInTheStore() {
    tasks(1, 1_000_000).forEach(queue::offer);

    assertThat(queue.size()).isEqualTo(2 * ReadyQueue.PAGE);
    assertThat(queue.wantsPage()).isNull();
  }

  @Test
  void largePayloadsFillTheMemorySooner() {
    String large = '"' + "x".repeat(1_000_000) + '"';
    for (int position = 1; position <= 100; position++) {
      queue.offer(task(position, large));
    }

    assertThat(queue.size()).isBetween(8, 9);
  }

  @Test
  void whatIsNotStoredStartsAfterWhatWasStoredBeforeIt() {
    queue.offer(task(1, "1"));
    queue.offer(unstored(1));
    queue.offer(unstored(1));
    queue.offer(task(2, "1"));
    queue.offer(unstored(2));

    List<Boolean> inMemory =
        Stream.generate(queue::poll).takeWhile(Objects::nonNull).map(QueuedTask::inMemory).toList();
    assertThat(inMemory).containsExactly(false, true, true, false, true);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void whatIsNotStoredWaitsForAPageWithWhatIsToStartBeforeIt() {
    tasks(1, 2 * ReadyQueue.PAGE).forEach(queue::offer);
    queue.offer(task(2 * ReadyQueue.PAGE + 1, "1"));
    queue.offer(unstored(2 * ReadyQueue.PAGE + 1));
    for (int position = 1; position <= 2 * ReadyQueue.PAGE; position++) {
      assertThat(Objects.requireNonNull(queue.poll()).position()).isEqualTo(position);
    }
    assertThat(queue.poll()).isNull();
    assertThat(queue.isAwaited()).isTrue();

    assertThat(queue.wantsPage()).isEqualTo(2 * ReadyQueue.PAGE);
    queue.page(tasks(2 * ReadyQueue.PAGE + 1, 2 * ReadyQueue.PAGE + 1));

    assertThat(positions(queue)).containsExactly(2001L, 2001L);
  }

  @Test
  void whatIsNotStoredIsHereHoweverMuchThereIs() {
    for (int count = 0; count < 10 * ReadyQueue.PAGE; count++) {
      queue.offer(unstored(0));
    }

    QueuedTask first = Objects.requireNonNull(queue.poll());
    queue.giveBack(first);

    assertThat(queue.poll()).isSameAs(first);
    assertThat(positions(queue)).hasSize(10 * ReadyQueue.PAGE - 1);
    assertThat(queue.wantsPage()).isNull();
  }

  @Test
  void aPageIsWantedOnceAndAgainAfterItFailed() {
    ReadyQueue restarted = new ReadyQueue(true);

    assertThat(restarted.wantsPage()).isEqualTo(-1);
    assertThat(restarted.wantsPage()).isNull();
    restarted.pageFailed();
    assertThat(restarted.wantsPage()).isEqualTo(-1);
  }

  @Test
  void whatIsAddedWhileAPageIsReadIsReadWithTheNextOne() {
    ReadyQueue restarted = new ReadyQueue(true);
    assertThat(restarted.wantsPage()).isEqualTo(-1);
    restarted.offer(task(7, "0"));
    restarted.page(List.of(task(5, "0"), task(7, "0")));

    assertThat(positions(restarted)).containsExactly(5L, 7L);
    assertThat(restarted.wantsPage()).isEqualTo(7);
  }

  @Test
  void whatIsGivenBackComesInItsOldOrder() {
    tasks(1, 4).forEach(queue::offer);
    List<QueuedTask> taken =
        Stream.generate(queue::poll).limit(3).map(Objects::requireNonNull).toList();

    taken.forEach(queue::giveBack);

    assertThat(queue.size()).isEqualTo(4);
    assertThat(positions(queue)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void whatComesBackAfterARestartIsNotThereTwice() {
    ReadyQueue restarted = new ReadyQueue(true);
    restarted.giveBack(task(3, "0")); // in the store already, so the page has it
    assertThat(restarted.wantsPage()).isEqualTo(-1);
    restarted.page(List.of(task(1, "0"), task(3, "0"), task(5, "0")));
    restarted.giveBack(task(2, "0"));
    restarted.giveBack(task(9, "0"));
    assertThat(restarted.wantsPage()).isEqualTo(5);
    restarted.page(List.of(task(6, "0"), task(9, "0")));

    assertThat(positions(restarted)).containsExactly(1L, 2L, 3L, 5L, 6L, 9L);
  }

  @Test
  void whatComesBackToAnEmptyQueueIsNotReadAgain() {
    String large = '"' + "x".repeat(9_000_000) + '"';
    queue.giveBack(task(3, large));
    queue.giveBack(task(2, "0"));
    queue.offer(task(4, "0"));
    assertThat(positions(queue)).containsExactly(2L, 3L);

    assertThat(queue.wantsPage()).isEqualTo(3);
  }

  @Test
  void whatIsLeftInTheStoreIsReadFromThere() {
    queue.offer(task(1, "0"));
    queue.leaveInStore();
    queue.offer(task(3, "0"));
    assertThat(queue.wantsPage()).isEqualTo(1);
    queue.page(List.of(task(2, "0"), task(3, "0")));

    assertThat(positions(queue)).containsExactly(1L, 2L, 3L);
  }

  /** Against a model of the store: whatever happens, each task comes out once, in order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyTaskComesOutOnceInOrder(long seed) {
    Random random = new Random(seed);
    List<QueuedTask> store = new ArrayList<>();
    List<Long> out = new ArrayList<>();
    while (out.size() < 20_000) {
      int burst = random.nextInt(4_000);
      for (int count = 0; count < burst && store.size() < 20_000; count++) {
        QueuedTask task = task(store.size() + 1L, "0");
        store.add(task);
        queue.offer(task);
      }
      Long after = queue.wantsPage();
      if (after != null) {
        queue.page(
            store.stream().filter(task -> task.position() > after).limit(ReadyQueue.PAGE).toList());
      }
      for (int count = random.nextInt(3_000); count > 0 && !queue.isEmpty(); count--) {
        out.add(Objects.requireNonNull(queue.poll()).position());
      }
    }
    assertThat(out).isEqualTo(LongStream.rangeClosed(1, 20_000).boxed().toList());
  }

  private static List<QueuedTask> tasks(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(position -> task(position, "0")).toList();
  }

  private static QueuedTask task(long position, String payload) {
    TaskRequest request = TaskRequest.of(new TaskType("reverse"), new JsonText(payload));
    return new QueuedTask(new TaskId(position, 0), request, Instant.EPOCH, position, 0, 0);
  }

  /** One that is in memory only, and comes after the stored one of that position. */
  private static QueuedTask unstored(long position) {
    TaskRequest request = TaskRequest.of(new TaskType("reverse"), new JsonText("0"));
    return new QueuedTask(
        new TaskId(position, 0), request, Instant.EPOCH, Instant.EPOCH, position, 0, 0, true);
  }

  private static List<Long> positions(ReadyQueue queue) {
    List<Long> positions = new ArrayList<>();
    for (QueuedTask task = queue.poll(); task != null; task = queue.poll()) {
      positions.add(task.position());
    }
    return positions;
  }
}
