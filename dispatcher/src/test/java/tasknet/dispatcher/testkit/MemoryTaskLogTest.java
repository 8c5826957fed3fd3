package tasknet.dispatcher.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.wal.LogRecord;
import tasknet.registry.WorkerId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

class MemoryTaskLogTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final JsonText RESULT = new JsonText("1");

  private final TaskIds ids = new TaskIds(() -> NOW, new Random(5));
  private final MemoryTaskLog.Disk disk = new MemoryTaskLog.Disk(4, 2);
  private final List<Long> crowded = new ArrayList<>();

  @Test
  void whatIsWrittenIsReadAsTheTasksStandInTheOrderInWhichTheyWereAdded() {
    MemoryTaskLog log = started();
    QueuedTask queued = task();
    QueuedTask running = task();
    QueuedTask completed = task();
    QueuedTask left = task();
    CompletableFuture<Long> _ =
        log.append(
            List.of(
                new LogRecord.Added(queued),
                new LogRecord.Added(left),
                new LogRecord.Added(running),
                new LogRecord.Added(completed)));
    CompletableFuture<Long> _ =
        log.append(List.of(begun(running), begun(completed), begun(left), begun(task())));
    CompletableFuture<Long> _ =
        log.append(List.of(completed(completed), completed(task()), new LogRecord.Left(left.id())));

    assertThat(started(new ArrayList<>()))
        .containsExactly(
            new HeldTask(queued, null, null),
            new HeldTask(running, start(running), null),
            new HeldTask(completed, start(completed), end(completed)));
  }

  @Test
  void aTaskThatIsAddedAgainKeepsItsPlaceAndNothingElse() {
    MemoryTaskLog log = started();
    QueuedTask first = task();
    QueuedTask second = task();
    CompletableFuture<Long> _ =
        log.append(List.of(new LogRecord.Added(first), begun(first), new LogRecord.Added(second)));
    CompletableFuture<Long> _ = log.append(List.of(new LogRecord.Added(first)));

    assertThat(disk.tasks())
        .containsExactly(new HeldTask(first, null, null), new HeldTask(second, null, null));
  }

  @Test
  void aCrashLosesOrKeepsWhatWaitsAndNobodyIsTold() {
    for (boolean committed : List.of(false, true)) {
      MemoryTaskLog log = new MemoryTaskLog(disk, _ -> {});
      int before = log.start(crowded::add).size();
      CompletableFuture<Long> waits = log.append(List.of(new LogRecord.Added(task())));
      assertThat(log.isCommitting()).isTrue();

      log.crash(committed);

      assertThat(waits).isNotDone();
      assertThat(log.append(List.of(new LogRecord.Added(task())))).isNotDone();
      assertThat(disk.tasks()).hasSize(before + (committed ? 1 : 0));
    }
  }

  @Test
  void whatFailsIsNotKeptAndWhatComesLaterIs() {
    MemoryTaskLog log = new MemoryTaskLog(disk, _ -> {});
    log.start(crowded::add);
    StoreException failure = new StoreException("broken");
    CompletableFuture<Long> failed = log.append(List.of(new LogRecord.Added(task())));
    log.fail(failure);
    QueuedTask kept = task();
    CompletableFuture<Long> later = log.append(List.of(new LogRecord.Added(kept)));
    log.commit();

    assertThat(failed.exceptionNow()).isSameAs(failure);
    assertThat(later).isCompletedWithValue(1L);
    assertThat(disk.tasks()).containsExactly(new HeldTask(kept, null, null));
  }

  @Test
  void segmentsAreDeletedFromTheOldestOnWhenTheirTasksAreReleased() {
    MemoryTaskLog log = started();
    assertThat(add(log, 4)).isEqualTo(1);
    assertThat(add(log, 2)).isEqualTo(2);
    assertThat(add(log, 2)).isEqualTo(2);
    assertThat(crowded).isEmpty();
    assertThat(add(log, 1)).isEqualTo(3);
    assertThat(crowded).containsExactly(1L);

    log.release(2, 4);
    assertThat(disk.segments()).containsExactly(1L, 2L, 3L);
    log.release(1, 3);
    log.release(1, 1);
    assertThat(disk.segments()).containsExactly(3L);
    log.release(3, 1);
    assertThat(disk.segments()).containsExactly(3L);
  }

  @Test
  void moreThanThereAreAreNotReleased() {
    MemoryTaskLog log = started();
    add(log, 2);

    assertThatThrownBy(() -> log.release(1, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("3 tasks are released from segment 1, which has 2");
    assertThatThrownBy(() -> log.release(2, 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasThereAtTheStartStaysUntilItIsCleared() {
    add(started(), 2);
    MemoryTaskLog log = started();
    assertThat(add(log, 4)).isEqualTo(2);
    assertThat(add(log, 1)).isEqualTo(3);
    log.release(2, 4);
    assertThat(disk.segments()).containsExactly(1L, 2L, 3L);
    assertThatThrownBy(() -> log.release(1, 1)).isInstanceOf(IllegalStateException.class);

    log.clear();

    assertThat(disk.segments()).containsExactly(3L);
    assertThat(disk.tasks()).hasSize(1);
  }

  @Test
  void whoIsToldThatItIsCrowdedMayAppend() {
    QueuedTask task = task();
    MemoryTaskLog log = MemoryTaskLog.atOnce(disk);
    log.start(
        oldest -> {
          crowded.add(oldest);
          log.append(List.of(new LogRecord.Added(task)))
              .thenAccept(_ -> log.release(oldest, 1))
              .join();
        });
    CompletableFuture<Long> _ =
        log.append(List.of(new LogRecord.Added(task), begun(task), begun(task), begun(task)));
    add(log, 4);
    add(log, 1);

    assertThat(crowded).containsExactly(1L);
    assertThat(disk.segments()).containsExactly(2L, 3L);
    assertThat(disk.tasks()).hasSize(6).contains(new HeldTask(task, null, null));
  }

  @Test
  void closingWritesWhatWaitsAndRefusesWhatComesLater() {
    MemoryTaskLog log = new MemoryTaskLog(disk, _ -> {});
    assertThatThrownBy(() -> log.append(List.of())).isInstanceOf(IllegalStateException.class);
    log.start(crowded::add);
    assertThatThrownBy(() -> log.start(crowded::add)).isInstanceOf(IllegalStateException.class);
    CompletableFuture<Long> before = log.append(List.of(new LogRecord.Added(task())));

    log.close();

    assertThat(before).isCompletedWithValue(1L);
    assertThat(log.append(List.of())).isCompletedExceptionally();
  }

  private MemoryTaskLog started() {
    MemoryTaskLog log = MemoryTaskLog.atOnce(disk);
    log.start(crowded::add);
    return log;
  }

  private List<HeldTask> started(List<Long> told) {
    return MemoryTaskLog.atOnce(disk).start(told::add);
  }

  /** Answers the segment that they are in. */
  private long add(MemoryTaskLog log, int tasks) {
    List<LogRecord> records = new ArrayList<>();
    for (int number = 0; number < tasks; number++) {
      records.add(new LogRecord.Added(task()));
    }
    return log.append(records).join();
  }

  private QueuedTask task() {
    return new QueuedTask(
        ids.next(), TaskRequest.of(new TaskType("hash"), JsonText.NULL), NOW, 0, 0, 0);
  }

  private static AttemptStart start(QueuedTask task) {
    return new AttemptStart(
        task.nextAttempt(), new WorkerId("worker-1"), "10.0.0.7", 6000, 1L, NOW);
  }

  private static AttemptEnd end(QueuedTask task) {
    return new AttemptEnd(
        task.nextAttempt(), NOW, new Outcome.Completed(RESULT), TaskState.COMPLETED, null, false);
  }

  private static LogRecord begun(QueuedTask task) {
    return new LogRecord.Begun(start(task));
  }

  private static LogRecord completed(QueuedTask task) {
    return new LogRecord.Completed(task.nextAttempt(), NOW, RESULT);
  }
}
