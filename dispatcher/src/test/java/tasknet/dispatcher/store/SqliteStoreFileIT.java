package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasknet.dispatcher.testkit.Futures.get;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.testkit.ChildProcess;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskId;
import tasknet.task.TaskTerms;

/** What is done about the file itself: who may open it, which ones are refused, and how. */
class SqliteStoreFileIT {
  private final Sample sample = new Sample();
  @TempDir Path folder;

  @Test
  void theFolderIsMadeWhateverItsName() {
    Path strange = folder.resolve("a b?c%41#d/ä");
    try (SqliteTaskStore store = SqliteStores.open(strange)) {
      add(store);
      assertThat(strange.resolve("tasks.db")).exists();
      assertThat(store.stats().fileBytes()).isPositive();
      assertThat(store.stats().walBytes()).isPositive();
    }
    assertThat(strange.resolve("tasks.db-wal")).doesNotExist();
  }

  @Test
  void aCommitIsOnTheDiskBeforeItsFutureCompletes() throws Exception {
    SqliteFile file = new SqliteFile(folder);
    try (Statements sql = file.openWriter(Schema.CURRENT)) {
      assertThat(sql.first(row -> row.text(1), "PRAGMA journal_mode")).contains("wal");
      assertThat(sql.first(row -> row.integer(1), "PRAGMA synchronous")).contains(2);
      assertThat(sql.first(row -> row.integer(1), "PRAGMA auto_vacuum")).contains(2);
    }
  }

  @Test
  void aSecondStoreOnTheFolderIsRefusedAndTheFirstGoesOn() throws Exception {
    try (SqliteTaskStore store = SqliteStores.open(folder)) {
      for (int time = 0; time < 2; time++) {
        assertThatThrownBy(() -> SqliteStores.open(folder))
            .isInstanceOf(StoreException.class)
            .hasMessageContaining(folder.toString())
            .hasMessageContaining("this process");
      }
      add(store);
      try (ChildProcess child = ChildStore.start(folder)) {
        assertThat(child.nextLine())
            .contains("refused")
            .contains("used by process " + ProcessHandle.current().pid());
      }
    }
    SqliteStores.open(folder).close();
  }

  @Test
  void aFolderUsedByAnotherProcessIsRefusedUntilThatOneEnds() throws Exception {
    try (ChildProcess child = ChildStore.start(folder)) {
      assertThat(child.nextLine()).startsWith("open");
      assertThatThrownBy(() -> SqliteStores.open(folder))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("used by process " + child.pid());
      child.kill();
    }
    SqliteStores.open(folder).close();
  }

  @Test
  void whatIsNoDatabaseIsRefusedAndLeftAsItIs() throws Exception {
    byte[] garbage = new byte[20_000];
    new Random(1).nextBytes(garbage);
    Files.write(folder.resolve("tasks.db"), garbage);

    assertDamaged();

    assertThat(folder.resolve("tasks.db")).hasBinaryContent(garbage);
  }

  @Test
  void aFileThatLostItsEndIsRefused() throws Exception {
    fill();
    try (RandomAccessFile file = open()) {
      file.setLength(file.length() - 3 * SqliteFile.PAGE_BYTES);
    }
    assertDamaged();
  }

  @Test
  void aFileWithOverwrittenPagesIsRefused() throws Exception {
    fill();
    try (RandomAccessFile file = open()) {
      byte[] garbage = new byte[4 * SqliteFile.PAGE_BYTES];
      new Random(2).nextBytes(garbage);
      file.seek(file.length() / 2);
      file.write(garbage);
    }
    assertDamaged();
  }

  @Test
  void aLogWhoseDatabaseIsMissingIsNotDeleted() throws Exception {
    Path log = folder.resolve("tasks.db-wal");
    Files.writeString(log, "tasks that are not in the file yet");

    assertThatThrownBy(() -> SqliteStores.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("tasks.db-wal")
        .hasMessageContaining("missing");
    assertThat(log).exists();
  }

  @Test
  void aFileOfALaterVersionIsRefused() throws Exception {
    SqliteStores.open(folder).close();
    SqliteStores.ask(folder, "PRAGMA user_version = 99");

    assertThatThrownBy(() -> SqliteStores.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(folder.resolve("tasks.db").toString())
        .hasMessageContaining("version 99")
        .hasMessageContaining("newer program");
  }

  @Test
  void theDatabaseOfAnotherProgramIsRefused() throws Exception {
    SqliteStores.ask(folder, "CREATE TABLE recipes (name TEXT)");

    assertThatThrownBy(() -> SqliteStores.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("another program");
    assertThat(SqliteStores.ask(folder, "SELECT count(*) FROM recipes")).isEqualTo("0");
    assertThat(SqliteStores.ask(folder, "PRAGMA journal_mode")).isEqualTo("delete");
  }

  @Test
  void aFileOfAnEarlierVersionIsBroughtUpToDateWithItsTasks() throws Exception {
    TaskId id = fill();
    Schema next =
        Schema.CURRENT.followedBy(
            List.of("ALTER TABLE task ADD COLUMN label TEXT", "UPDATE task SET label = 'old'"));

    new SqliteFile(folder).openWriter(next).close();
    try (Statements sql = new SqliteFile(folder).openWriter(next)) {
      assertThat(
              sql.first(row -> row.text(1), "SELECT label FROM task WHERE id = ?", Columns.id(id)))
          .contains("old");
    }
    assertThat(SqliteStores.ask(folder, "PRAGMA user_version"))
        .isEqualTo(String.valueOf(next.version()));
  }

  @Test
  void aFileOfTheFirstVersionIsBroughtUpToDateWithItsTasks() throws Exception {
    TaskId id = sample.ids.next();
    try (Statements sql = new SqliteFile(folder).openWriter(Schema.CURRENT.upTo(1))) {
      sql.update(
          """
          INSERT INTO task (id, type, state, position, attempts, failures, created_at,
            timeout_nanos, max_attempts, backoff, payload)
          VALUES (?, 'hash', 'QUEUED', 7, 0, 0, 0, 1000, 3, 'PT1S 2.0 PT1M 0.5', '1')
          """,
          Columns.id(id));
    }

    try (SqliteTaskStore store = SqliteStores.open(folder)) {
      assertThat(store.find(id)).isPresent();
      QueuedTask task =
          get(store.queued(Sample.HASH, TaskTerms.DEFAULT_PRIORITY, 0, 9, Long.MAX_VALUE))
              .getFirst();
      assertThat(task.id()).isEqualTo(id);
      assertThat(task.request().terms()).isEqualTo(TaskTerms.STANDARD);
      assertThat(get(store.begin(sample.start(task.nextAttempt())))).isTrue();
    }
  }

  @Test
  void attemptsOfBeforeTheyWereInTheRowsOfTasksAreKnown() throws Exception {
    TaskId id = sample.ids.next();
    try (Statements sql = new SqliteFile(folder).openWriter(Schema.CURRENT.upTo(13))) {
      sql.update(
          """
          INSERT INTO task (id, type, state, position, attempts, failures, created_at, ended_at,
            timeout_nanos, max_attempts, backoff, payload, result)
          VALUES (?, 'hash', 'COMPLETED', 7, 1, 0, 0, 9, 1000, 3, 'PT1S 2.0 PT1M 0.5', '1', '2')
          """,
          Columns.id(id));
      sql.update(
          """
          INSERT INTO attempt (task, number, worker, host, port, epoch, started_at, ended_at)
          VALUES (?, 1, 'worker-7', '10.0.0.7', 6000, 1, 4, 9)
          """,
          Columns.id(id));
    }

    try (SqliteTaskStore store = SqliteStores.open(folder)) {
      assertThat(store.find(id).orElseThrow().attempts())
          .containsExactly(
              new AttemptStatus(1, "worker-7", Columns.instant(4), Columns.instant(9), null));
      assertThat(store.list(TaskFilter.ALL.withWorker(new WorkerId("worker-7")), 9)).hasSize(1);
    }
  }

  @Test
  void aMigrationThatFailsChangesNothing() throws Exception {
    fill();
    Schema broken =
        Schema.CURRENT.followedBy(
            List.of("ALTER TABLE task ADD COLUMN label TEXT", "INSERT INTO nowhere VALUES (1)"));

    assertThatThrownBy(() -> new SqliteFile(folder).openWriter(broken))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("nowhere");

    assertThat(SqliteStores.ask(folder, "PRAGMA user_version"))
        .isEqualTo(String.valueOf(Schema.CURRENT.version()));
    SqliteStores.open(folder).close();
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> SqliteStores.open(file.resolve("under")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aStoreIsStartedOnceAndUsedOnlyThen() {
    SqliteTaskStore store =
        new SqliteTaskStore(new SqliteTaskStore.Options(folder, 1 << 20), SqliteStores.LOG);
    assertThatThrownBy(store::counts).isInstanceOf(IllegalStateException.class);
    store.start();
    assertThatThrownBy(store::start).isInstanceOf(IllegalStateException.class);
    store.close();
    assertThatThrownBy(store::start).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, (1 << 20) - 1})
  void aBoundBelowOneMebibyteIsRefused(long maxBytes) {
    assertThatThrownBy(() -> new SqliteTaskStore.Options(folder, maxBytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1048576");
  }

  private TaskId fill() {
    try (SqliteTaskStore store = SqliteStores.open(folder)) {
      for (int number = 0; number < 500; number++) {
        add(store);
      }
      return add(store);
    }
  }

  private TaskId add(SqliteTaskStore store) {
    return get(store.add(sample.ids.next(), Sample.request(Sample.HASH), sample.now())).id();
  }

  private RandomAccessFile open() throws IOException {
    return new RandomAccessFile(folder.resolve("tasks.db").toFile(), "rw");
  }

  private void assertDamaged() {
    assertThatThrownBy(() -> SqliteStores.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(folder.resolve("tasks.db").toString())
        .hasMessageContaining("damaged")
        .hasMessageContaining("backup");
    assertThat(folder.resolve("tasks.db")).exists();
  }
}
