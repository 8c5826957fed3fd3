package tasknet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdTest {
  private final AtomicLong millis = new AtomicLong(1_795_000_000_000L);
  private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());

  @Test
  void anIdIsReadAsItWasWritten() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 10_000; round++) {
      TaskId id = new TaskId(random.nextLong(), random.nextLong());
      assertThat(TaskId.parse(id.toString())).isEqualTo(id);
      assertThat(id.toString()).hasSize(TaskId.LENGTH).matches("[0-7][0-9A-HJKMNP-TV-Z]{25}");
    }
  }

  @Test
  void theTextIsThatOfTheUlidSpecification() {
    TaskId id = TaskId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");

    assertThat(id.epochMillis()).isEqualTo(1_469_922_850_259L);
    assertThat(id.toString()).isEqualTo("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    assertThat(TaskId.parse("01arz3ndektsv4rrffq69g5fav")).isEqualTo(id);
    assertThat(TaskId.parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")).isEqualTo(new TaskId(-1, -1));
  }

  @Test
  void theOrderIsThatOfTheTextAndOfTime() {
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < 1_000; round++) {
      TaskId one = new TaskId(random.nextLong(), random.nextLong());
      TaskId other =
          new TaskId(random.nextBoolean() ? one.high() : random.nextLong(), random.nextLong());
      assertThat(Integer.signum(one.compareTo(other)))
          .isEqualTo(Integer.signum(one.toString().compareTo(other.toString())));
    }
    assertThat(new TaskId(1L << 16, 0)).isGreaterThan(new TaskId(0xFFFF, -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "01ARZ3NDEKTSV4RRFFQ69G5FA",
        "01ARZ3NDEKTSV4RRFFQ69G5FAVX",
        "81ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01ARZ3NDEKTSV4RRFFQ69G5FAI",
        "01ARZ3NDEKTSV4RRFFQ69G5FAL",
        "01ARZ3NDEKTSV4RRFFQ69G5FAO",
        "01ARZ3NDEKTSV4RRFFQ69G5FAU",
        "01ARZ3NDEKTSV4RRFFQ69G5F-V",
        "01ARZ3NDEKTSV4RRFFQ69G5F V",
        "01ARZ3NDEKTSV4RRFFQ69G5FAÄ",
        "01ARZ3NDEKTSV4RRFFQ69G5FA\u0661",
      })
  void otherTextIsNoId(String text) {
    assertThatThrownBy(() -> TaskId.parse(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("26 characters");
  }

  @Test
  void newIdsGrowWithinAMillisecondAndWhenTheClockIsSetBack() {
    TaskIds ids = new TaskIds(clock, new SplittableRandom(3));
    List<TaskId> made = new ArrayList<>();
    for (int round = 0; round < 3_000; round++) {
      switch (round % 3) {
        case 0 -> millis.incrementAndGet();
        case 1 -> millis.addAndGet(-500);
        default -> millis.addAndGet(499);
      }
      made.add(ids.next());
    }

    assertThat(made).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void anIdTellsWhenItWasMade() {
    assertThat(new TaskIds(clock, new SplittableRandom(4)).next().epochMillis())
        .isEqualTo(millis.get());
  }

  @Test
  void chanceThatRunsOverDoesNotBreakTheOrder() {
    RandomGenerator ones = () -> -1L;
    TaskIds ids = new TaskIds(clock, ones);
    TaskId first = ids.next();

    assertThat(first.low()).isEqualTo(-1);
    assertThat(ids.next()).isGreaterThan(first);
  }

  @Test
  void manyThreadsNeverGetTheSameId() throws InterruptedException {
    TaskIds ids = new TaskIds(clock, new SplittableRandom(5));
    Set<TaskId> made = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int round = 0; round < 1_000; round++) {
                      made.add(ids.next());
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(made).hasSize(4_000);
  }
}
