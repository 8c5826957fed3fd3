package tasknet.dispatcher.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

class TypeQueueTest {
  private final TypeQueue queue = new TypeQueue(false);

  @Test
  void theMostUrgentComesFirstAndEqualsComeInOrder() {
    for (int priority : new int[] {4, 0, 9, 4, 9}) {
      queue.offer(task(priority));
    }

    assertThat(take(5)).containsExactly(3L, 5L, 1L, 4L, 2L);
    assertThat(queue.poll()).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void theTenthStartIsOfTheTaskThatIsFirstInTheLine() {
    queue.offer(task(0)); // 1
    queue.offer(task(5)); // 2
    for (int count = 0; count < 20; count++) {
      queue.offer(task(9));
    }

    List<Long> started = take(22);

    assertThat(started.subList(0, 9)).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
    assertThat(started.get(9)).isEqualTo(1);
    assertThat(started.get(19)).isEqualTo(2);
  }

  @Test
  void theLowestPriorityMovesUnderAConstantLoadOfTheHighest() {
    List<Integer> lowest = new ArrayList<>();
    for (int count = 0; count < 100; count++) {
      queue.offer(task(0));
    }
    for (int start = 1; start <= 2_000; start++) {
      queue.offer(task(9)); // as many as start, so that it never ends
      QueuedTask next = Objects.requireNonNull(queue.poll());
      if (next.request().terms().priority() == 0) {
        lowest.add(start);
      }
    }

    assertThat(lowest).hasSize(100);
    assertThat(lowest.getFirst()).isEqualTo(10);
    assertThat(lowest.getLast()).isEqualTo(1_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whoeverIsFirstInTheLineIsPassedByAtMostNine(long seed) {
    Random random = new Random(seed);
    List<QueuedTask> waiting = new ArrayList<>();
    int passed = 0;
    for (int start = 0; start < 20_000; start++) {
      if (waiting.isEmpty() || random.nextInt(20) < 11) {
        QueuedTask task = task(Math.min(9, random.nextInt(30))); // mostly the highest
        waiting.add(task);
        queue.offer(task);
        continue;
      }
      QueuedTask next = Objects.requireNonNull(queue.poll());
      passed = next.equals(waiting.getFirst()) ? 0 : passed + 1;
      waiting.remove(next);
      assertThat(passed).isLessThan(TypeQueue.FIRST_IN_LINE_EVERY);
    }
  }

  /** The same tasks in the store and in a plain list: what is in memory makes no difference. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theOrderHoldsAcrossPagesOfTheStore(long seed) {
    Random random = new Random(seed);
    List<QueuedTask> store = new ArrayList<>();
    for (int count = 0; count < 30_000; count++) {
      store.add(task(random.nextInt(3) * 4));
    }
    TypeQueue paged = new TypeQueue(true);

    List<Long> started = new ArrayList<>();
    while (started.size() < store.size()) {
      QueuedTask next = paged.poll();
      if (next != null) {
        started.add(next.position());
      } else {
        paged.forEachLane((priority, lane) -> page(store, priority, lane));
      }
    }

    assertThat(started).isEqualTo(byTheRule(store));
  }

  private static void page(List<QueuedTask> store, int priority, ReadyQueue lane) {
    Long after = lane.wantsPage();
    if (after != null) {
      lane.page(
          store.stream()
              .filter(task -> task.request().terms().priority() == priority)
              .filter(task -> task.position() > after)
              .limit(ReadyQueue.PAGE)
              .toList());
    }
  }

  private static List<Long> byTheRule(List<QueuedTask> tasks) {
    List<QueuedTask> inLine = new ArrayList<>(tasks);
    List<QueuedTask> urgentFirst = new ArrayList<>(tasks);
    urgentFirst.sort(
        Comparator.comparingInt((QueuedTask task) -> -task.request().terms().priority())
            .thenComparingLong(QueuedTask::position));
    java.util.Set<QueuedTask> started = new java.util.LinkedHashSet<>();
    int line = 0;
    int urgent = 0;
    while (started.size() < tasks.size()) {
      while (line < inLine.size() && started.contains(inLine.get(line))) {
        line++;
      }
      while (urgent < urgentFirst.size() && started.contains(urgentFirst.get(urgent))) {
        urgent++;
      }
      started.add(started.size() % 10 == 9 ? inLine.get(line) : urgentFirst.get(urgent));
    }
    return started.stream().map(QueuedTask::position).toList();
  }

  private long positions;

  private QueuedTask task(int priority) {
    TaskRequest request =
        TaskRequest.of(new TaskType("reverse"), new JsonText("1"))
            .with(TaskTerms.STANDARD.withPriority(priority));
    long position = ++positions;
    return new QueuedTask(new TaskId(position, 0), request, Instant.EPOCH, position, 0, 0);
  }

  private List<Long> take(int count) {
    List<Long> taken = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      taken.add(Objects.requireNonNull(queue.poll()).position());
    }
    return taken;
  }
}
