package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.testkit.Futures.get;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

class FoundTest {
  private final Sample sample = new Sample();
  @TempDir Path folder;

  /** Every page looks at a few of the store's tasks only, as {@link TaskSearch} does. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void pagesOfBothHaveEachTaskOnceAndInOrder(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      TreeMap<TaskId, TaskStatus> stored = new TreeMap<>(Comparator.reverseOrder());
      Map<TaskId, TaskStatus> inMemory = new TreeMap<>();
      TreeMap<TaskId, TaskStatus> all = new TreeMap<>(Comparator.reverseOrder());
      for (int number = random.nextInt(30); number > 0; number--) {
        TaskStatus task = task(random.nextInt(4) == 0 ? Sample.UPPER : Sample.HASH, 0);
        int where = random.nextInt(5);
        if (where > 1) {
          inMemory.put(task.id(), task);
          all.put(task.id(), task);
        }
        if (where < 3) {
          TaskStatus later = where == 2 ? withPriority(task, 9) : task;
          stored.put(task.id(), later);
          all.put(task.id(), later);
        }
      }
      TaskFilter filter = new TaskFilter(null, random.nextInt(3) > 0 ? null : Sample.HASH, null);
      List<TaskStatus> expected = all.values().stream().filter(filter.matcher()).toList();
      for (int limit = 1; limit <= 12; limit++) {
        int budget = 1 + random.nextInt(8);
        assertThat(pages(filter, inMemory.values(), stored, limit, budget))
            .as("seed %d, round %d, limit %d, budget %d", seed, round, limit, budget)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void tasksInMemoryThatAreOlderThanWhereTheStoreStoppedAreForTheNextPage() {
    TaskStatus old = task(Sample.HASH, 0);
    TaskStatus reached = task(Sample.HASH, 0);
    TaskStatus young = task(Sample.HASH, 0);

    Found page = Found.merged(List.of(old, young), new Found(List.of(), reached.id(), 7), 5);

    assertThat(page).isEqualTo(new Found(List.of(young), reached.id(), 7));
  }

  @Test
  void aPageOfNothingHasNoNextOne() {
    TaskStatus task = task(Sample.HASH, 0);

    assertThat(Found.merged(List.of(task), new Found(List.of(task), task.id(), 1), 0))
        .isEqualTo(new Found(List.of(), null, 1));
  }

  /** As the store lists it, whose SQL counts characters that Java does not. */
  @Test
  void aTaskInMemoryIsListedAsTheStoreWouldListIt() {
    try (TaskStore store = SqliteStores.open(folder)) {
      for (String text : List.of("x", "ä", "😀")) {
        for (int length : List.of(0, 899, 900, 1_797, 1_798, 1_799, 5_000)) {
          TaskRequest request = Sample.request(Sample.HASH, '"' + text.repeat(length) + '"');
          QueuedTask task = get(store.add(sample.ids.next(), request, sample.now()));
          get(store.begin(sample.start(task.nextAttempt())));
          get(store.end(sample.completed(task.nextAttempt(), request.payload().text())));
          sample.advance(Duration.ofMillis(1));
        }
      }
      QueuedTask failed =
          get(store.add(sample.ids.next(), Sample.request(Sample.HASH), sample.now()));
      get(store.begin(sample.start(failed.nextAttempt())));
      get(store.end(sample.failed(failed.nextAttempt(), TaskState.DEAD, true)));

      List<TaskStatus> listed = store.list(TaskFilter.ALL, 100);
      assertThat(listed).hasSize(22);
      assertThat(listed.stream().map(task -> Found.listed(store.find(task.id()).orElseThrow())))
          .isEqualTo(listed);
      assertThat(listed.stream().map(Found::listed)).isEqualTo(listed);
    }
  }

  private static List<TaskStatus> pages(
      TaskFilter filter,
      Iterable<TaskStatus> inMemory,
      NavigableMap<TaskId, TaskStatus> stored,
      int limit,
      int budget) {
    List<TaskStatus> all = new ArrayList<>();
    TaskFilter rest = filter;
    boolean more = true;
    while (more) {
      List<TaskStatus> matching = new ArrayList<>();
      inMemory.forEach(matching::add);
      matching.removeIf(rest.matcher().negate());
      Collections.shuffle(matching, new Random(all.size()));
      Found page = Found.merged(matching, search(rest, stored, limit, budget), limit);
      assertThat(page.tasks()).hasSizeLessThanOrEqualTo(limit);
      all.addAll(page.tasks());
      TaskId next = page.next();
      more = next != null;
      assertThat(next != null && next.equals(rest.before())).as("it does not get on").isFalse();
      rest = rest.after(next);
    }
    return all;
  }

  /** What the walk of a search does. */
  private static Found search(
      TaskFilter filter, NavigableMap<TaskId, TaskStatus> stored, int limit, int budget) {
    List<TaskStatus> page = new ArrayList<>();
    int looked = 0;
    for (TaskStatus task : stored.values()) {
      if (filter.before() == null || task.id().compareTo(filter.before()) < 0) {
        looked++;
        if (filter.matcher().test(task)) {
          if (page.size() == limit) {
            return new Found(page, page.getLast().id(), looked);
          }
          page.add(task);
        }
        if (looked == budget) {
          return new Found(page, task.id(), looked);
        }
      }
    }
    return new Found(page, null, looked);
  }

  /** As it is listed. */
  private TaskStatus task(TaskType type, int priority) {
    sample.advance(Duration.ofMillis(1));
    return Found.listed(
        withPriority(
            new QueuedTask(sample.ids.next(), Sample.request(type), sample.now(), 0, 0, 0).status(),
            priority));
  }

  private static TaskStatus withPriority(TaskStatus task, int priority) {
    return new TaskStatus(
        task.id(),
        task.type(),
        task.state(),
        task.createdAt(),
        null,
        null,
        null,
        task.timeout(),
        task.maxAttempts(),
        priority,
        task.labels(),
        task.payload(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of());
  }
}
