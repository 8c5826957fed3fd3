package tasknet.dispatcher.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasknet.dispatcher.testkit.Futures.failure;
import static tasknet.dispatcher.testkit.Futures.get;
import static tasknet.dispatcher.wal.WalSample.added;
import static tasknet.dispatcher.wal.WalSample.begun;
import static tasknet.dispatcher.wal.WalSample.completed;
import static tasknet.dispatcher.wal.WalSample.left;
import static tasknet.dispatcher.wal.WalSample.numbers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.HeldTask;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskState;

/** What was appended is there after a restart, as the rules of a replay say. */
class FileTaskLogIT {
  @TempDir Path folder;

  @Test
  void tasksComeBackInTheirOrderAndAsTheyStand() throws IOException {
    try (FileTaskLog log = WalSample.log(folder)) {
      get(log.append(List.of(added(3), added(1))));
      get(log.append(List.of(added(2))));
      get(log.append(List.of(begun(1), begun(2))));
      get(log.append(List.of(completed(2))));
    }

    try (FileTaskLog log = WalSample.log(FileTaskLog.Options.standard(folder))) {
      List<HeldTask> tasks = log.start(_ -> {});

      Outcome done = new Outcome.Completed(new JsonText("2"));
      AttemptEnd end =
          new AttemptEnd(
              WalSample.task(2).nextAttempt(),
              WalSample.NOW,
              done,
              TaskState.COMPLETED,
              null,
              false);
      assertThat(tasks)
          .containsExactly(
              new HeldTask(WalSample.task(3), null, null),
              new HeldTask(WalSample.task(1), WalSample.start(1), null),
              new HeldTask(WalSample.task(2), WalSample.start(2), end));
      assertThat(files()).containsExactly("tasks.db-log-0000000001", "tasks.db-log-0000000002");
      log.clear();
      assertThat(files()).containsExactly("tasks.db-log-0000000002");
    }
    assertThat(files()).as("of a log that is closed and has nothing").isEmpty();
  }

  @Test
  void whatIsNotClearedComesBackAgainWithWhatWasAddedSince() throws IOException {
    FileTaskLog.Options options = FileTaskLog.Options.standard(folder);
    for (long start = 1; start <= 3; start++) {
      try (FileTaskLog log = WalSample.log(options)) {
        assertThat(log.start(_ -> {})).hasSize((int) start - 1);
        long segment = get(log.append(List.of(added(start))));
        assertThat(segment).isEqualTo(start);
        log.release(segment, (int) start - 1); // none of the first: it would be deleted
      }
    }
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aTaskThatLeftIsGoneAndWhatIsSaidOfItLaterIsIgnored() {
    try (FileTaskLog log = WalSample.log(folder)) {
      get(log.append(List.of(added(1), added(2), begun(1), left(1))));
      get(log.append(List.of(completed(1), begun(9), left(8))));
      assertThat(FileTaskLog.read(folder))
          .containsExactly(new HeldTask(WalSample.task(2), null, null));
    }
  }

  @Test
  void aTaskThatIsAddedAgainKeepsItsPlaceAndNothingElse() {
    try (FileTaskLog log = WalSample.log(folder)) {
      get(log.append(List.of(added(1), added(2), begun(1), completed(1))));
      get(log.append(List.of(added(1))));
      assertThat(FileTaskLog.read(folder))
          .containsExactly(
              new HeldTask(WalSample.task(1), null, null),
              new HeldTask(WalSample.task(2), null, null));

      get(log.append(List.of(completed(1), begun(1)))); // nothing ends that has not begun
      get(log.append(List.of(left(2), added(2))));
      assertThat(FileTaskLog.read(folder))
          .containsExactly(
              new HeldTask(WalSample.task(1), WalSample.start(1), null),
              new HeldTask(WalSample.task(2), null, null));
    }
  }

  @Test
  void anAppendOfNothingCompletesAfterThoseBeforeIt() {
    try (FileTaskLog log = WalSample.log(folder)) {
      CompletableFuture<Long> before = log.append(List.of(added(1)));
      get(log.append(List.of()));
      assertThat(before).isDone();
      assertThat(FileTaskLog.read(folder)).hasSize(1);
    }
  }

  @Test
  void theOrderOfEachThreadIsKept() throws InterruptedException {
    int threads = 6;
    int each = 2000;
    FileTaskLog.Options options = new FileTaskLog.Options(folder, 50_000, 1000);
    AtomicBoolean inOrder = new AtomicBoolean(true);
    try (FileTaskLog log = WalSample.log(options)) {
      log.start(_ -> {});
      List<Thread> appending = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        long first = (long) thread * each;
        appending.add(Thread.ofVirtual().start(() -> append(log, first, each, inOrder)));
      }
      for (Thread thread : appending) {
        thread.join();
      }
      LogStats stats = log.stats();
      assertThat(stats.records()).isEqualTo((long) threads * each);
      assertThat(stats.commits()).isPositive().isLessThanOrEqualTo(stats.records());
      assertThat(stats.segments()).isGreaterThan(5);
      assertThat(stats.bytes()).isGreaterThan(stats.records() * 50);
      assertThat(stats.failures() + stats.waiting()).isZero();
      assertThat(log.figures().sizes().sum()).isEqualTo((double) threads * each);
    }
    assertThat(inOrder).isTrue();
    List<Long> found = numbers(FileTaskLog.read(folder));
    assertThat(found).hasSize(threads * each);
    for (int thread = 0; thread < threads; thread++) {
      long first = (long) thread * each;
      assertThat(found.stream().filter(number -> number / each == first / each))
          .isSorted()
          .hasSize(each);
    }
  }

  private static void append(FileTaskLog log, long first, int count, AtomicBoolean inOrder) {
    CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
    for (long number = first; number < first + count; number++) {
      CompletableFuture<Long> before = last;
      last = log.append(List.of(added(number)));
      var _ = last.thenRun(() -> inOrder.compareAndSet(true, before.isDone()));
    }
    get(last);
  }

  @Test
  void itIsReadWhileItIsWrittenAndItsSegmentsAreDeleted() throws Exception {
    FileTaskLog.Options options = new FileTaskLog.Options(folder, 10_000, 1000);
    try (FileTaskLog log = WalSample.log(options)) {
      log.start(_ -> {});
      AtomicBoolean done = new AtomicBoolean();
      Set<Long> seen = new HashSet<>();
      get(log.append(List.of(added(0))));
      Thread reading =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!done.get()) {
                      List<Long> now = numbers(FileTaskLog.read(folder));
                      seen.addAll(now);
                      if (!now.equals(now.stream().sorted().toList())) {
                        throw new AssertionError("not in order: " + now);
                      }
                    }
                    seen.add(-1L);
                  });
      long oldest = 1;
      for (long number = 1; number <= 3000; number++) {
        List<LogRecord> both = List.of(left(number - 1), added(number));
        long segment = get(log.append(both));
        assertThat(segment).isGreaterThanOrEqualTo(oldest);
        log.release(oldest, 1);
        oldest = segment;
      }
      done.set(true);
      reading.join();
      assertThat(seen).as("the reader had no failure").contains(-1L).hasSizeGreaterThan(2);
      assertThat(numbers(FileTaskLog.read(folder))).containsExactly(3000L);
      assertThat(log.stats().segments()).isLessThan(4);
    }
  }

  @Test
  void afterItIsClosedEverythingIsRefused() {
    FileTaskLog log = WalSample.log(folder);
    CompletableFuture<Long> before = log.append(List.of(added(1)));
    log.close();
    log.close();

    assertThat(before).isCompletedWithValue(1L);
    assertThat(failure(log.append(List.of(added(2)))))
        .isInstanceOf(StoreException.class)
        .hasMessage("the store is closed");
    log.release(1, 1);
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L);
  }

  @Test
  void itIsStartedOnceAndClosedByOthersThanItsThread() {
    FileTaskLog unstarted = WalSample.log(FileTaskLog.Options.standard(folder));
    assertThat(unstarted.append(List.of(added(1)))).isCompletedExceptionally();
    assertThatThrownBy(unstarted::clear).isInstanceOf(IllegalStateException.class);
    unstarted.close();

    try (FileTaskLog log = WalSample.log(folder)) {
      assertThatThrownBy(() -> log.start(_ -> {})).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void itCannotBeClosedByItsThread() {
    CompletableFuture<Void> closing = new CompletableFuture<>();
    try (FileTaskLog log = WalSample.log(new FileTaskLog.Options(folder, 50, 1))) {
      log.start(_ -> closing.complete(null));
      CompletableFuture<Void> closed = closing.thenRun(log::close);
      get(log.append(List.of(added(1))));
      get(log.append(List.of(added(2))));

      assertThat(failure(closed)).isInstanceOf(IllegalStateException.class);
      assertThat(get(log.append(List.of(added(3))))).isEqualTo(3L);
    }
  }

  @Test
  void aFolderThatIsNotThereHasNoTasks() {
    assertThat(FileTaskLog.read(folder.resolve("none"))).isEmpty();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
