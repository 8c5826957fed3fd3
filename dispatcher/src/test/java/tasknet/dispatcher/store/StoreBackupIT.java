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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.task.TaskId;
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
      StoreBackup.Copied copied = StoreBackup.copy(data, copy);
      stop.set(true);
      adding.join();

      assertThat(copied.tasks()).isBetween((long) before.size(), (long) acknowledged.size());
      assertThat(copied.bytes()).isEqualTo(Files.size(copy));
    }

    Path restored = Files.createDirectories(folder.resolve("restored"));
    Files.copy(copy, restored.resolve("tasks.db"));
    try (TaskStore store = SqliteStores.open(restored)) {
      assertThat(before)
          .allSatisfy(id -> assertThat(store.find(id)).map(TaskStatus::id).contains(id));
    }
  }

  @Test
  void nothingIsLeftBesideTheCopy() throws IOException {
    SqliteStores.open(folder.resolve("data")).close();
    Path copies = Files.createDirectories(folder.resolve("copies"));

    StoreBackup.copy(folder.resolve("data"), copies.resolve("copy.db"));

    try (Stream<Path> files = Files.list(copies)) {
      assertThat(files).containsExactly(copies.resolve("copy.db"));
    }
  }

  @Test
  void whatIsThereIsNotOverwritten() throws IOException {
    SqliteStores.open(folder.resolve("data")).close();
    Path target = Files.writeString(folder.resolve("copy.db"), "precious");

    assertThatThrownBy(() -> StoreBackup.copy(folder.resolve("data"), target))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("copy.db: it is there already");
    assertThat(target).hasContent("precious");
  }

  @Test
  void withoutAStoreThereIsNoCopy() {
    assertThatThrownBy(() -> StoreBackup.copy(folder, folder.resolve("copy.db")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("there is no store");
    assertThat(folder.resolve("copy.db")).doesNotExist();
  }

  @Test
  void aTargetThatCannotBeWrittenIsNamed() {
    SqliteStores.open(folder.resolve("data")).close();
    Path target = folder.resolve("none/copy.db");

    assertThatThrownBy(() -> StoreBackup.copy(folder.resolve("data"), target))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(target.toString());
  }
}
