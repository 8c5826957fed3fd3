package tasknet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasknet.testkit.TestClock;

@Timeout(30)
class EventLoopTest {
  private final List<Throwable> faults = new CopyOnWriteArrayList<>();
  private final List<EventLoop> opened = new ArrayList<>();
  private final TestClock clock = new TestClock();

  @AfterEach
  void close() {
    opened.forEach(EventLoop::close);
  }

  @Test
  void workIsDoneInTheOrderInWhichItCameThenComesTheOwner() {
    List<Object> done = new ArrayList<>();
    EventLoop loop =
        loop(
            clock,
            _ -> {
              done.add("owner");
              return null;
            });
    loop.execute(() -> done.add(1));
    loop.execute(() -> done.add(2));

    assertThat(loop.turn()).isNull();
    assertThat(done).containsExactly(1, 2, "owner");
  }

  @Test
  void aFloodOfWorkDelaysNoOwner() {
    AtomicInteger done = new AtomicInteger();
    AtomicInteger turns = new AtomicInteger();
    EventLoop loop = loop(clock, _ -> (long) turns.incrementAndGet() * 1_000_000);
    for (int work = 0; work < 600; work++) {
      loop.execute(done::incrementAndGet);
    }

    assertThat(loop.turn()).isEqualTo(clock.nanoTime());
    assertThat(done).hasValue(256);
    assertThat(loop.turn()).isEqualTo(clock.nanoTime());
    assertThat(loop.turn()).isEqualTo(3_000_000);
    assertThat(done).hasValue(600);
    assertThat(turns).hasValue(3);
  }

  @Test
  void workThatFailsIsReportedAndStopsNothing() {
    AtomicInteger done = new AtomicInteger();
    EventLoop loop = loop(clock, _ -> null);
    IllegalStateException boom = new IllegalStateException("boom");
    StackOverflowError deep = new StackOverflowError();
    AssertionError wrong = new AssertionError();
    loop.execute(
        () -> {
          throw boom;
        });
    loop.execute(
        () -> {
          throw deep;
        });
    loop.execute(
        () -> {
          throw wrong;
        });
    loop.execute(done::incrementAndGet);
    loop.turn();

    assertThat(done).hasValue(1);
    assertThat(faults).containsExactly(boom, deep, wrong);
  }

  @Test
  void anOwnerThatFailsGetsAnotherTurnSoon() {
    EventLoop loop =
        loop(
            clock,
            _ -> {
              throw new StackOverflowError("boom");
            });

    assertThat(loop.turn()).isEqualTo(Duration.ofMillis(1).toNanos());
    assertThat(faults).hasSize(1);
  }

  @Test
  void theOwnerIsWokenWhenItAskedToBe() {
    AtomicInteger turns = new AtomicInteger();
    EventLoop loop =
        loop(
            NanoClock.SYSTEM,
            now -> turns.incrementAndGet() < 5 ? now + Duration.ofMillis(2).toNanos() : null);
    loop.start();

    await().until(() -> turns.get() == 5);
  }

  @Test
  void workWakesALoopThatSleeps() throws Exception {
    EventLoop loop = loop(NanoClock.SYSTEM, _ -> null);
    loop.start();
    for (int round = 0; round < 200; round++) {
      int number = round;
      assertThat(ask(loop, () -> number)).isEqualTo(number);
    }
  }

  @Test
  void noWakeUpIsLostUnderManyThreads() throws Exception {
    AtomicInteger done = new AtomicInteger();
    EventLoop loop = loop(NanoClock.SYSTEM, _ -> null);
    loop.start();
    int threads = 8;
    int each = 2_000;
    CountDownLatch ready = new CountDownLatch(threads);
    List<Thread> senders =
        IntStream.range(0, threads)
            .mapToObj(
                _ ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              ready.countDown();
                              for (int work = 0; work < each; work++) {
                                loop.execute(done::incrementAndGet);
                                if (work % 50 == 0) {
                                  LockSupport.parkNanos(10_000);
                                }
                              }
                            }))
            .toList();
    for (Thread sender : senders) {
      sender.join();
    }

    // Nothing else wakes the loop within a minute, so a lost wake-up would show here.
    await().atMost(Duration.ofSeconds(20)).until(() -> done.get() == threads * each);
  }

  @Test
  void workThatInterruptsTheLoopDoesNotKeepItAwake() throws Exception {
    EventLoop loop = loop(NanoClock.SYSTEM, _ -> null);
    loop.start();
    loop.execute(() -> Thread.currentThread().interrupt());

    await().until(() -> !ask(loop, () -> Thread.currentThread().isInterrupted()));
  }

  @Test
  void closeLetsTheWorkUnderWayFinish() throws Exception {
    AtomicInteger done = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    EventLoop loop = loop(NanoClock.SYSTEM, _ -> null);
    loop.start();
    loop.execute(
        () -> {
          begun.countDown();
          awaitQuietly(go);
          done.incrementAndGet();
        });
    begun.await();
    Thread closing = Thread.ofPlatform().start(loop::close);
    await().until(() -> closing.getState() == Thread.State.WAITING);
    go.countDown();
    closing.join();

    assertThat(done).hasValue(1);
    loop.close();
  }

  @Test
  void theLoopMayCloseItselfAndOneThatNeverStartedCloses() throws Exception {
    EventLoop loop = loop(NanoClock.SYSTEM, _ -> null);
    loop.start();
    ask(
        loop,
        () -> {
          loop.close();
          return true;
        });
    loop(NanoClock.SYSTEM, _ -> null).close();
  }

  private EventLoop loop(NanoClock nanos, EventLoop.Owner owner) {
    EventLoop loop = new EventLoop("loop-test", nanos, owner, (_, e) -> faults.add(e));
    opened.add(loop);
    return loop;
  }

  private static <T extends @Nullable Object> T ask(
      EventLoop loop, java.util.function.Supplier<T> question) throws Exception {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> answer.complete(question.get()));
    return answer.get(20, TimeUnit.SECONDS);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
