package tasknet.dispatcher.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasknet.dispatcher.testkit.Futures.failure;
import static tasknet.dispatcher.testkit.Futures.get;
import static tasknet.dispatcher.wal.WalSample.added;
import static tasknet.dispatcher.wal.WalSample.left;
import static tasknet.dispatcher.wal.WalSample.numbers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.StoreFullException;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.TaskTerms;

/** What fails is answered and is not there, and what comes later works. */
class FileTaskLogFailuresIT {
  private static final String FULL = "No space left on device";

  private final FaultyDisk disk = new FaultyDisk();
  private final LogLines lines = new LogLines();
  private FileTaskLog log;
  @TempDir Path folder;

  @BeforeEach
  void start() {
    log = lines.log(FileTaskLog.Options.standard(folder), disk);
    log.start(_ -> {});
  }

  @AfterEach
  void close() {
    log.close();
    lines.close();
  }

  @Test
  void theSegmentIsInItsFolderBeforeAnybodyIsAnswered() {
    get(log.append(List.of(added(1))));

    assertThat(disk.calls)
        .containsExactly(
            "create 1", "write 1", "write 1", "force 1", "force folder", "write 1", "force 1");
  }

  @Test
  void afterAWriteThatFailedTheGroupIsNotThereAndAnotherSegmentFollows() throws IOException {
    get(log.append(List.of(added(1))));
    disk.writing = "the disk broke";
    assertThat(failure(log.append(List.of(added(2), added(3)))))
        .isExactlyInstanceOf(StoreException.class)
        .hasMessageContaining("the disk broke");
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L);
    assertThat(failure(log.append(List.of(added(4))))).isInstanceOf(StoreException.class);
    disk.writing = null;

    assertThat(get(log.append(List.of(added(5))))).isEqualTo(2L);
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L, 5L);
    assertThat(new LogFolder(folder).segments()).containsExactly(1L, 2L);
    assertThat(log.stats().failures()).isEqualTo(2);
    assertThat(lines.all())
        .hasSize(2)
        .satisfies(all -> assertThat(all.getFirst()).startsWith("ERROR").contains("broke"))
        .satisfies(
            all ->
                assertThat(all.getLast()).isEqualTo("INFO the log of tasks in memory works again"));
  }

  @Test
  void afterAForceThatFailedTheGroupIsNotThereAndAnotherSegmentFollows() {
    get(log.append(List.of(added(1))));
    disk.forcing = "the disk broke";
    assertThat(failure(log.append(List.of(added(2))))).isExactlyInstanceOf(StoreException.class);
    disk.forcing = null;

    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L);
    assertThat(get(log.append(List.of(added(3))))).isEqualTo(2L);
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L, 3L);
  }

  @Test
  void nothingIsWrittenUntilWhatFailedIsCutOff() {
    get(log.append(List.of(added(1))));
    disk.forcing = "the disk broke";
    disk.cutting = "the disk broke";
    assertThat(failure(log.append(List.of(added(2))))).isInstanceOf(StoreException.class);
    disk.forcing = null;
    assertThat(failure(log.append(List.of(added(3))))).isInstanceOf(StoreException.class);
    disk.cutting = null;

    assertThat(get(log.append(List.of(added(4))))).isEqualTo(2L);
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L, 4L);
  }

  @Test
  void withoutRoomItIsFullAndLaterItWorksAgainWithoutEmptyFiles() throws IOException {
    get(log.append(List.of(added(1))));
    for (String failure : List.of(FULL, "Disk quota exceeded")) {
      disk.writing = failure;
      for (long number = 2; number < 10; number++) {
        assertThat(failure(log.append(List.of(added(number)))))
            .isInstanceOf(StoreFullException.class)
            .hasMessageContaining(failure);
      }
    }
    assertThat(new LogFolder(folder).segments()).containsExactly(1L, 2L);
    disk.writing = null;
    assertThat(get(log.append(List.of(added(10))))).isEqualTo(2L);

    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L, 10L);
    assertThat(lines.all())
        .containsExactly(
            "WARN the log of tasks in memory is full: " + FULL + "; tasks in memory are refused",
            "INFO the log of tasks in memory works again");
  }

  @Test
  void anErrorFailsItsGroupAndTheLogGoesOn() {
    disk.outOfMemory = true;
    assertThat(failure(log.append(List.of(added(1)))))
        .isExactlyInstanceOf(StoreException.class)
        .hasMessageContaining("OutOfMemoryError");
    disk.outOfMemory = false;

    get(log.append(List.of(added(2))));
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(2L);
  }

  @Test
  void whatCannotBeWrittenFailsAlone() {
    CountDownLatch gate = new CountDownLatch(1);
    disk.gate = gate;
    CompletableFuture<Long> first = log.append(List.of(added(0)));
    CompletableFuture<Long> before = log.append(List.of(added(1)));
    QueuedTask task = WalSample.task(2);
    TaskTerms terms = TaskTerms.STANDARD.withDeadline(WalSample.NOW);
    QueuedTask late = new QueuedTask(task.id(), task.request().with(terms), WalSample.NOW, 2, 0, 0);
    CompletableFuture<Long> guilty =
        log.append(List.of(added(3), left(1), new LogRecord.Added(late)));
    CompletableFuture<Long> after = log.append(List.of(added(4)));
    gate.countDown();

    assertThat(failure(guilty))
        .isExactlyInstanceOf(StoreException.class)
        .hasMessageContaining("terms that need the store");
    assertThat(get(before)).isEqualTo(get(after)).isEqualTo(get(first));
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(0L, 1L, 4L);
    assertThat(log.stats().failures()).isEqualTo(1);
    assertThat(lines.all()).as("the log itself does not fail").isEmpty();
  }

  @Test
  void whoInterruptsItsThreadDoesNoHarm() {
    CountDownLatch gate = new CountDownLatch(1);
    disk.gate = gate;
    var _ = log.append(List.of(added(0)));
    var _ = log.append(List.of(added(1))).thenRun(() -> Thread.currentThread().interrupt());
    gate.countDown();
    for (long number = 2; number < 50; number++) {
      get(log.append(List.of(added(number))));
    }
    assertThat(FileTaskLog.read(folder)).hasSize(50);
  }

  @Test
  void aSegmentThatCannotBeDeletedIsToldOnceAndTriedAgain() throws IOException {
    log.close();
    FileTaskLog.Options small = new FileTaskLog.Options(folder, 50, 4);
    try (FileTaskLog other = lines.log(small, disk)) {
      other.start(_ -> {});
      other.clear();
      disk.deleting = "not now";
      for (long number = 1; number <= 3; number++) {
        other.release(get(other.append(List.of(added(number)))), 1);
      }
      get(other.append(List.of(added(4))));
      disk.deleting = null;
      get(other.append(List.of(added(5))));
      get(other.append(List.of())); // the thread deletes after it has answered
    }
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(4L, 5L);
    assertThat(lines.all())
        .containsExactly(
            "WARN a segment of the log that is not needed cannot be deleted:"
                + " java.io.IOException: not now");
  }

  @Test
  void whatWasThereIsClearedAgainWhenThatFailed() throws IOException {
    get(log.append(List.of(added(1))));
    log.close();
    try (FileTaskLog other = lines.log(FileTaskLog.Options.standard(folder), disk)) {
      other.start(_ -> {});
      disk.deleting = "not now";
      assertThatThrownBy(other::clear)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("tasks.db-log-0000000001 cannot be deleted");
      disk.deleting = null;
      other.clear();
      assertThat(new LogFolder(folder).segments()).containsExactly(2L);
    }
  }

  @Test
  void withoutRoomAtTheStartItStartsAndWithAnotherFailureItDoesNot() throws IOException {
    get(log.append(List.of(added(1))));
    log.close();
    disk.creating = "the disk broke";
    FileTaskLog failing = lines.log(FileTaskLog.Options.standard(folder), disk);
    assertThatThrownBy(() -> failing.start(_ -> {}))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("the disk broke");

    disk.creating = FULL;
    try (FileTaskLog full = lines.log(FileTaskLog.Options.standard(folder), disk)) {
      assertThat(numbers(full.start(_ -> {}))).containsExactly(1L);
      assertThat(failure(full.append(List.of(added(2))))).isInstanceOf(StoreFullException.class);
      disk.creating = null;
      assertThat(get(full.append(List.of(added(3))))).isEqualTo(2L);
    }
    assertThat(new LogFolder(folder).segments()).containsExactly(1L, 2L);
  }
}
