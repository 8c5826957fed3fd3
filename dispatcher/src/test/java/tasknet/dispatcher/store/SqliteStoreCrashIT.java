package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.testkit.ChildProcess;
import tasknet.dispatcher.testkit.Futures;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/** Processes with a store are killed in the middle: what they said is there afterwards. */
class SqliteStoreCrashIT {
  private static final int ROUNDS = 4;
  private static final int LINES = 3000;

  @TempDir Path folder;

  @Test
  void whateverWasReportedSurvivesKill9Repeatedly() throws Exception {
    Map<TaskId, String> reported = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      reported.putAll(runAndKill(LINES + 977 * round));
      try (SqliteTaskStore store = SqliteStores.open(folder)) {
        assertKept(store, reported);
        assertConsistent(store);
      }
      assertThat(SqliteStores.ask(folder, "PRAGMA integrity_check")).isEqualTo("ok");
    }
    assertThat(reported).hasSizeGreaterThan(ROUNDS * 1000);
  }

  @Test
  void killedWhileItRemovesTasksTheCountsAgreeWithTheRowsAndNothingIsLeftOfThem() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      long removed = 0;
      try (ChildProcess child = ChildStore.startCleaning(folder)) {
        assertThat(child.nextLine()).isEqualTo("open .");
        while (removed < 1000 + 333 * round) {
          String[] words = String.valueOf(child.nextLine()).split(" ", -1);
          removed += words[0].equals("removed") ? Long.parseLong(words[1]) : 0;
        }
        child.kill();
      }
      try (SqliteTaskStore store = SqliteStores.open(folder)) {
        assertConsistent(store);
      }
      assertThat(SqliteStores.ask(folder, "PRAGMA integrity_check")).isEqualTo("ok");
      assertThat(
              SqliteStores.ask(
                  folder, "SELECT count(*) FROM attempt WHERE task NOT IN (SELECT id FROM task)"))
          .isEqualTo("0");
      assertThat(
              SqliteStores.ask(
                  folder,
                  "SELECT count(*) FROM (SELECT type, state, count(*) AS n FROM task GROUP BY 1, 2)"
                      + " JOIN task_count USING (type, state) WHERE n <> tasks"))
          .isEqualTo("0");
    }
  }

  @Test
  void garbageAfterTheLogIsIgnored() throws Exception {
    Map<TaskId, String> reported = runAndKill(LINES);
    byte[] garbage = new byte[100_000];
    new Random(3).nextBytes(garbage);
    Files.write(wal(), garbage, StandardOpenOption.APPEND);

    try (SqliteTaskStore store = SqliteStores.open(folder)) {
      assertKept(store, reported);
      assertConsistent(store);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4000, 50_000, 400_000})
  void aLogThatLostItsEndKeepsEverythingBeforeInWholeCommits(int lost) throws Exception {
    runAndKill(LINES);
    Path copy = Files.createDirectory(folder.resolve("copy"));
    for (String name : List.of("tasks.db", "tasks.db-wal")) {
      Files.copy(folder.resolve(name), copy.resolve(name));
    }
    Set<TaskId> whole;
    try (SqliteTaskStore store = SqliteStores.open(folder)) {
      whole = new HashSet<>(ids(store));
    }
    Path torn = copy.resolve("tasks.db-wal");
    try (RandomAccessFile file = new RandomAccessFile(torn.toFile(), "rw")) {
      file.setLength(Math.max(0, file.length() - lost));
    }

    try (SqliteTaskStore store = SqliteStores.open(copy)) {
      List<TaskId> kept = ids(store);
      assertThat(whole).containsAll(kept);
      assertThat(whole.stream().sorted().toList().subList(0, kept.size()))
          .as("what is kept are the first ones, without a gap")
          .isEqualTo(kept.reversed());
      assertConsistent(store);
    }
    assertThat(SqliteStores.ask(copy, "PRAGMA integrity_check")).isEqualTo("ok");
  }

  @Test
  void aLogWithAnOverwrittenMiddleKeepsTheCommitsBeforeIt() throws Exception {
    runAndKill(LINES);
    try (RandomAccessFile file = new RandomAccessFile(wal().toFile(), "rw")) {
      file.seek(file.length() / 2);
      file.write(new byte[10_000]);
    }

    try (SqliteTaskStore store = SqliteStores.open(folder)) {
      assertConsistent(store);
    }
    assertThat(SqliteStores.ask(folder, "PRAGMA integrity_check")).isEqualTo("ok");
  }

  /** What the process reported last of each task. */
  private Map<TaskId, String> runAndKill(int lines) throws IOException {
    List<String> printed = new ArrayList<>();
    try (ChildProcess child = ChildStore.start(folder)) {
      assertThat(child.nextLine()).isEqualTo("open .");
      while (printed.size() < lines) {
        String line = child.nextLine();
        assertThat(line).as("the process ended by itself").isNotNull();
        printed.add(line);
      }
      printed.addAll(child.kill());
    }
    Map<TaskId, String> last = new HashMap<>();
    for (String line : printed) {
      String[] words = line.split(" ", -1);
      last.put(TaskId.parse(words[1]), words[0]);
    }
    return last;
  }

  private static void assertKept(SqliteTaskStore store, Map<TaskId, String> reported) {
    Map<TaskId, TaskState> states = new HashMap<>();
    store
        .list(TaskFilter.ALL, Integer.MAX_VALUE)
        .forEach(status -> states.put(status.id(), status.state()));
    assertThat(states.keySet()).containsAll(reported.keySet());
    reported.forEach(
        (id, what) -> {
          Set<TaskState> allowed =
              switch (what) {
                case "added" -> Set.of(TaskState.QUEUED, TaskState.RUNNING, TaskState.COMPLETED);
                case "began" -> Set.of(TaskState.RUNNING, TaskState.COMPLETED);
                case "ended" -> Set.of(TaskState.COMPLETED);
                default -> throw new AssertionError(what);
              };
          assertThat(allowed).as("%s was reported %s", id, what).contains(states.get(id));
        });
  }

  /** States, attempts, counts and queues tell the same story. */
  private static void assertConsistent(SqliteTaskStore store) {
    Map<TaskState, Long> counted = new HashMap<>();
    for (TaskStatus listed : store.list(TaskFilter.ALL, Integer.MAX_VALUE)) {
      TaskStatus task = store.find(listed.id()).orElseThrow();
      counted.merge(task.state(), 1L, Long::sum);
      List<AttemptStatus> attempts = task.attempts();
      switch (task.state()) {
        case QUEUED -> assertThat(attempts).isEmpty();
        case RUNNING ->
            assertThat(attempts).singleElement().matches(attempt -> attempt.endedAt() == null);
        default -> {
          assertThat(task.result()).isNotNull();
          assertThat(attempts).singleElement().matches(attempt -> attempt.endedAt() != null);
        }
      }
    }
    TaskType type = Sample.HASH;
    assertThat(store.counts().getOrDefault(type, Map.of())).isEqualTo(counted);
    assertThat(store.running()).hasSize(counted.getOrDefault(TaskState.RUNNING, 0L).intValue());
    assertThat(
            Futures.get(
                store.queued(
                    type, TaskTerms.DEFAULT_PRIORITY, 0, Integer.MAX_VALUE, Long.MAX_VALUE)))
        .hasSize(counted.getOrDefault(TaskState.QUEUED, 0L).intValue());
  }

  private static List<TaskId> ids(SqliteTaskStore store) {
    return store.list(TaskFilter.ALL, Integer.MAX_VALUE).stream().map(TaskStatus::id).toList();
  }

  private Path wal() {
    return folder.resolve("tasks.db-wal");
  }
}
