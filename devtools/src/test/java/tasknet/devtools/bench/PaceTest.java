package tasknet.devtools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  @Test
  void withoutARateTheNextTaskIsDueWhenItIsAskedFor() {
    Pace pace = new Pace(MINUTE, 2L, null);

    long before = System.nanoTime();
    assertThat(pace.next()).isBetween(before, System.nanoTime());
    assertThat(pace.next()).isNotEqualTo(Pace.END);
    assertThat(pace.next()).isEqualTo(Pace.END);
  }

  @Test
  void withARateATaskIsDueAtItsTimeAlsoWhenNobodyHadTimeForIt() {
    Pace pace = new Pace(MINUTE, 4L, 1_000_000.0);
    long first = pace.next();
    while (System.nanoTime() - first < 10_000) {
      Thread.onSpinWait(); // somebody is busy with it, and misses the times of the others
    }

    List<Long> due = new ArrayList<>();
    for (long next = pace.next(); next != Pace.END; next = pace.next()) {
      due.add(next - first);
    }

    assertThat(due).containsExactly(1_000L, 2_000L, 3_000L);
  }

  @Test
  void nobodyIsGivenATaskBeforeItsTime() {
    Pace pace = new Pace(MINUTE, null, 1_000.0);

    for (int task = 0; task < 5; task++) {
      assertThat(pace.next()).isLessThanOrEqualTo(System.nanoTime());
    }
  }

  @Test
  void whatWouldBeDueAfterTheEndIsNot() {
    Pace pace = new Pace(Duration.ofSeconds(1).toNanos(), null, 0.5);

    assertThat(pace.next()).isNotEqualTo(Pace.END);
    assertThat(pace.next()).isEqualTo(Pace.END);
  }
}
