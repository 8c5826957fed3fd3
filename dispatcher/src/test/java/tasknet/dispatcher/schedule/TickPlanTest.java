package tasknet.dispatcher.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import tasknet.task.CatchUp;

/** What becomes of ticks that are due. */
class TickPlanTest {
  private static final CronTimes HOURLY = CronTimes.of("0 * * * *", ZoneId.of("UTC"));
  private static final CronTimes MINUTES = CronTimes.of("* * * * *", ZoneId.of("UTC"));
  private static final Instant DUE = Instant.parse("2026-01-01T10:00:00Z");

  @Test
  void aTickInTimeIsRunWhateverTheRule() {
    for (CatchUp rule : CatchUp.values()) {
      assertThat(TickPlan.of(rule, HOURLY, DUE, DUE.plusMillis(3), 100))
          .isEqualTo(new TickPlan(List.of(DUE), DUE.plusSeconds(3600), 0));
    }
  }

  @Test
  void ofMissedTicksNoneOrTheLastOrAllAreRun() {
    Instant now = DUE.plus(Duration.ofMinutes(190));
    List<Instant> all = List.of(DUE, hours(1), hours(2), hours(3));

    assertThat(TickPlan.of(CatchUp.NONE, HOURLY, DUE, now, 100))
        .isEqualTo(new TickPlan(List.of(), hours(4), 4));
    assertThat(TickPlan.of(CatchUp.LAST, HOURLY, DUE, now, 100))
        .isEqualTo(new TickPlan(List.of(hours(3)), hours(4), 3));
    assertThat(TickPlan.of(CatchUp.ALL, HOURLY, DUE, now, 100))
        .isEqualTo(new TickPlan(all, hours(4), 0));
  }

  @Test
  void theLastTickIsRunWhenItIsLessThanAMinuteLate() {
    Instant now = hours(3).plusSeconds(59);
    assertThat(TickPlan.of(CatchUp.NONE, HOURLY, DUE, now, 100).run()).containsExactly(hours(3));
    assertThat(TickPlan.of(CatchUp.NONE, HOURLY, DUE, now.plusSeconds(1), 100).run()).isEmpty();
  }

  @Test
  void whatFindsNoRoomStaysDue() {
    Instant now = DUE.plus(Duration.ofMinutes(190));
    assertThat(TickPlan.of(CatchUp.ALL, HOURLY, DUE, now, 3))
        .isEqualTo(new TickPlan(List.of(DUE, hours(1), hours(2)), hours(3), 0));
  }

  @Test
  void ofVeryManyTheLastThousandAreRun() {
    Instant now = DUE.plus(Duration.ofDays(400)).plusSeconds(5);
    TickPlan plan = TickPlan.of(CatchUp.ALL, MINUTES, DUE, now, 100);

    assertThat(plan.run()).hasSize(100);
    assertThat(plan.run().getFirst()).isEqualTo(now.minusSeconds(5).minus(Duration.ofMinutes(999)));
    assertThat(plan.next()).isEqualTo(plan.run().getLast().plusSeconds(60));
    assertThat(plan.missed()).isEqualTo(TickPlan.MOST);
    assertThat(TickPlan.of(CatchUp.LAST, MINUTES, DUE, now, 100).run())
        .containsExactly(now.minusSeconds(5));
  }

  @Test
  void ofVeryManyThatAreFarApartTheLastThousandAreRun() {
    Instant now = DUE.plus(Duration.ofDays(400));
    TickPlan plan = TickPlan.of(CatchUp.ALL, HOURLY, DUE, now, 100);

    assertThat(plan.run().getFirst()).isEqualTo(now.minus(Duration.ofHours(999)));
  }

  private static Instant hours(int count) {
    return DUE.plus(Duration.ofHours(count));
  }
}
