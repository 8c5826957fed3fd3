package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;

class StoreBackupIT {
  private final Sample sample = new Sample();
  @TempDir Path folder;

  @Test
  void aCopyThatIsMadeWhileTasksComeHasAllThatWereAcknowledgedBefore() throws Exception {
    Path data = folder.resolve("data");
    Path copy = folder.resolve("copy.db");
    ConcurrentLinkedQueue<TaskId> acknowledged = new ConcurrentLinkedQueue<>();
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch many = new CountDownLatch(2_000);
    List<TaskId> before;
    try (TaskStore store = SqliteStores.open(data)) {
      Thread adding =
          Thread.startVirtualThread(
              () -> {
                while (!stop.get()) {
                  TaskId id = sample.ids.next();
                  store.add(id, Sample.request(Sample.HASH), sample.now()).join();
                  acknowledged.add(id);
                  many.countDown();
                }
              });
      many.await();
      before = new ArrayList<>(acknowledged);
      StoreBackup.Copied copied = StoreBackup.copy(data, List::of, copy);
      stop.set(true);
      adding.join();

      assertThat(copied.tasks()).isBetween((long) before.size(), (long) acknowledged.size());
      assertThat(copied.bytes()).isEqualTo(Files.size(copy));
    }

    try (TaskStore store = restored(copy)) {
      assertThat(before)
          .allSatisfy(id -> assertThat(store.find(id)).map(TaskStatus::id).contains(id));
    }
  }

  @Test
  void nothingIsLeftBesideTheCopy() throws IOException {
    SqliteStores.open(folder.resolve("data")).close();
    Path copies = Files.createDirectories(folder.resolve("copies"));

    StoreBackup.copy(folder.resolve("data"), List::of, copies.resolve("copy.db"));

    assertThat(filesIn(copies)).containsExactly(copies.resolve("copy.db"));
  }

  @Test
  void tasksThatAreHeldElsewhereAreInTheCopyOnce() throws Exception {
    Path data = folder.resolve("data");
    Path copies = Files.createDirectories(folder.resolve("copies"));
    List<HeldTask> held = new ArrayList<>();
    for (int number = 0; number < 2_500; number++) {
      held.add(held(number % 3));
    }
    try (TaskStore store = SqliteStores.open(data)) {
      QueuedTask stored = store.add(sample.ids.next(), sample(1), sample.now()).join();
      // This one comes to the store, and goes on, after the log was read.
      HeldTask moving = held.get(1_000);
      StoreBackup.Copied copied =
          StoreBackup.copy(
              data,
              () -> {
                store.adopt(List.of(moving)).join();
                store.cancel(moving.task().id(), sample.now()).join();
                return held;
              },
              copies.resolve("copy.db"));

      assertThat(copied.tasks()).isEqualTo(held.size() + 1);
      assertThat(store.counts().get(Sample.HASH)).containsEntry(TaskState.QUEUED, 1L);
      assertThat(stored.position()).isEqualTo(1);
    }

    assertThat(filesIn(copies)).containsExactly(copies.resolve("copy.db"));
    try (TaskStore store = restored(copies.resolve("copy.db"))) {
      assertThat(filesIn(copies)).containsExactly(copies.resolve("copy.db"));
      for (int number = 0; number < held.size(); number++) {
        TaskState expected = number == 1_000 ? TaskState.CANCELLED : held.get(number).state();
        assertThat(store.find(held.get(number).task().id()))
            .map(TaskStatus::state)
            .contains(expected);
      }
      assertThat(store.counts().get(Sample.HASH))
          .isEqualTo(
              Map.of(
                  TaskState.QUEUED,
                  835L,
                  TaskState.RUNNING,
                  832L,
                  TaskState.COMPLETED,
                  833L,
                  TaskState.CANCELLED,
                  1L));
    }
  }

  @Test
  void whatIsLeftOfACopyThatWasBrokenOffIsNotTakenForPartOfTheNewOne() throws Exception {
    SqliteStores.open(folder.resolve("data")).close();
    for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
      Files.writeString(folder.resolve("copy.db.part" + suffix), "of a dead process");
    }

    StoreBackup.copy(folder.resolve("data"), () -> List.of(held(2)), folder.resolve("copy.db"));

    assertThat(filesIn(folder))
        .containsExactlyInAnyOrder(folder.resolve("data"), folder.resolve("copy.db"));
    try (TaskStore store = restored(folder.resolve("copy.db"))) {
      assertThat(store.counts()).isEqualTo(Map.of(Sample.HASH, Map.of(TaskState.COMPLETED, 1L)));
    }
  }

  @Test
  void withoutWhatIsHeldThereIsNoCopy() throws IOException {
    SqliteStores.open(folder.resolve("data")).close();

    assertThatThrownBy(
            () ->
                StoreBackup.copy(
                    folder.resolve("data"),
                    () -> {
                      throw new StoreException("the log is damaged");
                    },
                    folder.resolve("copy.db")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the log is damaged");
    assertThat(filesIn(folder)).containsExactly(folder.resolve("data"));
  }

  /**
   * @param happened how much: 0 nothing, 1 it began, 2 it was completed
   */
  private HeldTask held(int happened) {
    QueuedTask task = new QueuedTask(sample.ids.next(), sample(happened), sample.now(), 0, 0, 0);
    return new HeldTask(
        task,
        happened == 0 ? null : sample.start(task.nextAttempt()),
        happened == 2 ? sample.completed(task.nextAttempt(), "1") : null);
  }

  private static TaskRequest sample(int number) {
    return Sample.request(Sample.HASH, String.valueOf(number));
  }

  private TaskStore restored(Path copy) throws IOException {
    Path restored = Files.createDirectories(folder.resolve("restored"));
    Files.copy(copy, restored.resolve("tasks.db"));
    return SqliteStores.open(restored);
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void whatIsThereIsNotOverwritten() throws IOException {
    SqliteStores.open(folder.resolve("data")).close();
    Path target = Files.writeString(folder.resolve("copy.db"), "precious");

    assertThatThrownBy(() -> StoreBackup.copy(folder.resolve("data"), List::of, target))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("copy.db: it is there already");
    assertThat(target).hasContent("precious");
  }

  @Test
  void withoutAStoreThereIsNoCopy() {
    assertThatThrownBy(() -> StoreBackup.copy(folder, List::of, folder.resolve("copy.db")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("there is no store");
    assertThat(folder.resolve("copy.db")).doesNotExist();
  }

  @Test
  void aTargetThatCannotBeWrittenIsNamed() {
    SqliteStores.open(folder.resolve("data")).close();
    Path target = folder.resolve("none/copy.db");

    assertThatThrownBy(() -> StoreBackup.copy(folder.resolve("data"), List::of, target))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(target.toString());
  }
}
