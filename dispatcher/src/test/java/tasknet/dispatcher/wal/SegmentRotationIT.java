package tasknet.dispatcher.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.dispatcher.testkit.Futures.get;
import static tasknet.dispatcher.wal.WalSample.added;
import static tasknet.dispatcher.wal.WalSample.left;
import static tasknet.dispatcher.wal.WalSample.numbers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments begin when one is full, and go when nobody needs them. */
class SegmentRotationIT {
  /** One append of the tests fills a segment. */
  private static final long BYTES = 50;

  private final List<Long> crowded = new CopyOnWriteArrayList<>();
  private final List<CompletableFuture<Long>> pending = new CopyOnWriteArrayList<>();
  private final List<Boolean> answeredBefore = new CopyOnWriteArrayList<>();
  private FileTaskLog log;
  @TempDir Path folder;

  @BeforeEach
  void start() {
    log = WalSample.log(new FileTaskLog.Options(folder, BYTES, 3));
    log.start(
        segment -> {
          int rotation = 3 + crowded.size();
          await().until(() -> pending.size() > rotation); // the test has it in a moment
          answeredBefore.add(pending.get(rotation).isDone());
          crowded.add(segment);
        });
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void eachSegmentIsCutToWhatIsInItWhenTheNextBegins() throws IOException {
    fill(3);

    assertThat(segments()).containsExactly(1L, 2L, 3L);
    long size = Files.size(folder.resolve("tasks.db-log-0000000001"));
    assertThat(size).isBetween(BYTES, 2 * BYTES);
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void theOldestAreDeletedWhenTheirTasksAreReleasedAndNeverALaterOneBefore() throws IOException {
    fill(4);

    log.release(2, 1);
    log.release(3, 1);
    append(List.of(left(2), left(3))); // a fifth
    assertThat(segments()).containsExactly(1L, 2L, 3L, 4L, 5L);

    log.release(1, 1);
    await().untilAsserted(() -> assertThat(segments()).containsExactly(4L, 5L));
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(4L);
    await().untilAsserted(() -> assertThat(log.stats().segments()).isEqualTo(2));
  }

  @Test
  void aSegmentWithSeveralTasksWaitsForAllOfThem() throws IOException {
    append(List.of(added(1), added(2), added(3)));
    fill(1);
    log.release(1, 2);
    append(List.of(left(1), left(2)));
    assertThat(segments()).containsExactly(1L, 2L, 3L);

    log.release(1, 1);
    await().untilAsserted(() -> assertThat(segments()).containsExactly(2L, 3L));
  }

  @Test
  void theCurrentOneGoesWhenItIsLargeAndNobodyNeedsIt() {
    fill(1);
    log.release(1, 1);

    await().untilAsserted(() -> assertThat(segments()).isEmpty());
    assertThat(get(log.append(List.of(added(2))))).isEqualTo(2);
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(2L);
  }

  @Test
  void aSmallCurrentOneStaysAndIsUsedOn() throws IOException {
    Path other = folder.resolve("other");
    try (FileTaskLog large = WalSample.log(other)) {
      for (long number = 0; number < 10; number++) {
        assertThat(get(large.append(List.of(added(number))))).isEqualTo(1);
        large.release(1, 1);
      }
      assertThat(new LogFolder(other).segments()).containsExactly(1L);
    }
    assertThat(new LogFolder(other).segments()).isEmpty();
  }

  @Test
  void itTellsAtEachRotationThatItIsCrowdedAfterTheFutures() throws IOException {
    fill(3);
    assertThat(crowded).isEmpty();

    fill(3);
    await().untilAsserted(() -> assertThat(crowded).containsExactly(1L, 1L, 1L));
    assertThat(answeredBefore).containsOnly(true);

    // What a dispatcher does then: the tasks are added again, and released where they were.
    fill(1);
    log.release(1, 1);
    await().untilAsserted(() -> assertThat(segments()).doesNotContain(1L));
    fill(1);
    await().untilAsserted(() -> assertThat(crowded).endsWith(1L, 2L));
  }

  @Test
  void whoThrowsWhenItIsCrowdedDoesNoHarm() {
    log.close();
    try (FileTaskLog other = WalSample.log(new FileTaskLog.Options(folder.resolve("o"), 1, 1))) {
      other.start(
          _ -> {
            throw new IllegalStateException("for the test");
          });
      for (long number = 1; number <= 5; number++) {
        assertThat(get(other.append(List.of(added(number))))).isEqualTo(number);
      }
    }
  }

  @Test
  void nothingIsDeletedBeforeWhatWasThereAtTheStartIsCleared() throws IOException {
    fill(2);
    log.close();
    log = WalSample.log(new FileTaskLog.Options(folder, BYTES, 3));
    assertThat(log.start(crowded::add)).hasSize(2);
    append(List.of(added(8)));
    append(List.of(added(9)));
    log.release(3, 1);
    append(List.of(left(8), left(9)));
    assertThat(segments()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(log.stats().segments()).isEqualTo(5);

    log.clear();
    await().untilAsserted(() -> assertThat(segments()).containsExactly(4L, 5L));
    log.clear();
    assertThat(crowded).as("those from before do not count").isEmpty();
  }

  /** Adds tasks, each of which fills a segment. */
  private void fill(int count) {
    for (int number = 0; number < count; number++) {
      append(List.of(added(pending.size() + 1L)));
    }
  }

  private void append(List<LogRecord> records) {
    CompletableFuture<Long> each = log.append(records);
    pending.add(each);
    get(each);
  }

  private List<Long> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = new ArrayList<>(files.filter(Files::isRegularFile).toList());
      assertThat(all).hasSameSizeAs(new LogFolder(folder).segments());
    }
    return new LogFolder(folder).segments();
  }
}
