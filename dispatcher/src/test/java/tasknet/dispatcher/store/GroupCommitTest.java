package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasknet.dispatcher.testkit.Futures.failure;
import static tasknet.dispatcher.testkit.Futures.get;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.dispatcher.testkit.Futures;
import tasknet.testkit.TestClock;

class GroupCommitTest {
  /** A database that is a list of words, of which only so many find room. */
  private static final class Words implements Transactions {
    final List<String> committed = new ArrayList<>();
    final List<String> open = new ArrayList<>();
    int savepoint;
    int room = Integer.MAX_VALUE;
    int reserve;
    int failingCommits;
    boolean useReserve;

    void add(String word) throws SQLException {
      open.add(word);
      if (committed.size() + open.size() > room + (useReserve ? reserve : 0)) {
        throw new SQLException("full");
      }
    }

    @Override
    public void begin(boolean useReserve) {
      assertThat(open).isEmpty();
      this.useReserve = useReserve;
    }

    @Override
    public void commit() throws SQLException {
      if (failingCommits > 0) {
        failingCommits--;
        throw new SQLException("the disk broke");
      }
      committed.addAll(open);
      open.clear();
    }

    @Override
    public void rollback() {
      open.clear();
    }

    @Override
    public void savepoint() {
      savepoint = open.size();
    }

    @Override
    public void releaseSavepoint() {}

    @Override
    public void rollbackToSavepoint() {
      open.subList(savepoint, open.size()).clear();
    }

    @Override
    public boolean isFull(Throwable failure) {
      return "full".equals(failure.getMessage());
    }
  }

  private final Words words = new Words();
  private final CommitFigures figures = new CommitFigures();
  private final TestClock clock = new TestClock();
  private final GroupCommit commits = new GroupCommit(words, figures, clock, SqliteStores.LOG);
  private final CountDownLatch gate = new CountDownLatch(1);

  /** Holds the writer, so that what a test submits becomes one group. */
  @BeforeEach
  void holdTheWriter() {
    commits.start();
    CountDownLatch held = new CountDownLatch(1);
    var _ =
        submit(
            Room.RESERVED,
            () -> {
              held.countDown();
              gate.await();
              return "";
            });
    try {
      held.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    gate.countDown();
    commits.close();
  }

  @Test
  void whatWaitsTogetherIsCommittedTogether() {
    List<CompletableFuture<String>> all = new ArrayList<>();
    for (int number = 0; number < 1500; number++) {
      all.add(word(Room.NEEDED, "w" + number));
    }
    gate.countDown();

    all.forEach(Futures::get);
    commits.close();

    StoreStats stats = commits.stats(0, 0);
    assertThat(stats.operations()).isEqualTo(1501);
    assertThat(stats.commits()).isEqualTo(3);
    assertThat(stats.longestGroup()).isEqualTo(1024);
    assertThat(words.committed).hasSize(1500);
  }

  @Test
  void aGroupStopsWithTheOperationThatReachesItsBytes() {
    for (int number = 0; number < 4; number++) {
      var _ = commits.submit(new Operation<>(Room.NEEDED, 3 << 20, () -> "large"));
    }
    gate.countDown();
    commits.close();

    assertThat(commits.stats(0, 0).longestGroup()).isEqualTo(2);
  }

  @Test
  void onlyTheOperationThatFailsFails() {
    CompletableFuture<String> before = word(Room.NEEDED, "before");
    CompletableFuture<String> guilty =
        submit(
            Room.NEEDED,
            () -> {
              words.add("half");
              throw new IllegalStateException("a bug");
            });
    CompletableFuture<String> after = word(Room.RESERVED, "after");
    gate.countDown();

    assertThat(get(before)).isEqualTo("before");
    assertThat(failure(guilty))
        .isExactlyInstanceOf(StoreException.class)
        .hasMessageContaining("a bug");
    assertThat(get(after)).isEqualTo("after");
    commits.close();
    assertThat(words.committed).containsExactly("before", "after");
  }

  @Test
  void whenThereIsNoRoomAdditionsAreRefusedAndTheOthersUseTheReserve() {
    words.room = 1;
    words.reserve = 1;
    CompletableFuture<String> first = word(Room.NEEDED, "first");
    CompletableFuture<String> second = word(Room.NEEDED, "second");
    CompletableFuture<String> end = word(Room.RESERVED, "end");
    gate.countDown();

    assertThat(failure(first)).isInstanceOf(StoreFullException.class);
    assertThat(failure(second)).isInstanceOf(StoreFullException.class);
    assertThat(get(end)).isEqualTo("end");
    assertThat(get(word(Room.RESERVED, "more"))).isEqualTo("more");
    assertThat(failure(word(Room.RESERVED, "too much"))).isInstanceOf(StoreFullException.class);
    assertThat(commits.stats(0, 0).refused()).isEqualTo(3);
    commits.close();
    assertThat(words.committed).containsExactly("end", "more");
  }

  @Test
  void aCommitThatFailsIsTriedOnceMoreAndThenFailsItsWholeGroupOnly() {
    words.failingCommits = 1;
    CompletableFuture<String> lucky = word(Room.NEEDED, "lucky");
    gate.countDown();
    // The gate's own operation met the failure; both are committed by the second try.
    assertThat(get(lucky)).isEqualTo("lucky");

    CountDownLatch changed = new CountDownLatch(1);
    CompletableFuture<String> unlucky =
        submit(
            Room.NEEDED,
            () -> {
              if (changed.getCount() > 0) {
                changed.countDown();
                words.failingCommits = 2;
              }
              words.add("unlucky");
              return "unlucky";
            });
    assertThat(failure(unlucky)).hasMessageContaining("the disk broke");
    assertThat(get(word(Room.NEEDED, "next"))).isEqualTo("next");
    commits.close();
    assertThat(words.committed).containsExactly("lucky", "next");
  }

  @Test
  void anErrorFailsItsGroupAndTheWriterGoesOn() {
    gate.countDown();
    CompletableFuture<String> error =
        submit(
            Room.NEEDED,
            () -> {
              throw new OutOfMemoryError("for the test");
            });

    assertThat(failure(error)).isInstanceOf(StoreException.class);
    assertThat(get(word(Room.NEEDED, "next"))).isEqualTo("next");
  }

  @Test
  void itCannotBeClosedByWhoContinuesOnItsThread() {
    CompletableFuture<Void> closing = word(Room.NEEDED, "w").thenRun(commits::close);
    gate.countDown();

    assertThatThrownBy(() -> get(closing)).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void afterItIsClosedEverythingIsRefused() {
    gate.countDown();
    commits.close();

    assertThat(failure(word(Room.RESERVED, "late")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
  }

  private CompletableFuture<String> word(Room room, String word) {
    return submit(
        room,
        () -> {
          words.add(word);
          return word;
        });
  }

  private CompletableFuture<String> submit(Room room, Callable<String> work) {
    return commits.submit(new Operation<>(room, 0, work));
  }
}
