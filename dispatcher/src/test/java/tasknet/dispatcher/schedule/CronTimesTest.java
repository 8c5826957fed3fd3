package tasknet.dispatcher.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.task.InvalidValueException;

/** When cron expressions tick, above all where clocks are set. */
class CronTimesTest {
  private static final String BERLIN = "Europe/Berlin"; // 2026-03-29 02:00 to 03:00, 2026-10-25
  private static final String NEW_YORK = "America/New_York"; // 2026-03-08, 2026-11-01
  private static final String LORD_HOWE = "Australia/Lord_Howe"; // half an hour; 04-05, 10-04

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 0 * * *        | 2026-01-01T00:00 2026-01-02T00:00 2026-01-03T00:00",
        "*/20 9-10 * * *  | 2026-01-01T09:00 2026-01-01T09:20 2026-01-01T09:40 2026-01-01T10:00",
        "0 12 * JAN MON   | 2026-01-05T12:00 2026-01-12T12:00",
        "0 12 * * 0       | 2026-01-04T12:00 2026-01-11T12:00",
        "0 12 * * 7       | 2026-01-04T12:00 2026-01-11T12:00",
        "5,35 23 31 12 *  | 2026-12-31T23:05 2026-12-31T23:35 2027-12-31T23:05",
        "0 0 29 2 *       | 2028-02-29T00:00 2032-02-29T00:00",
        // A day of the month and one of the week: either of them.
        "0 0 13 * 5       | 2026-01-02T00:00 2026-01-09T00:00 2026-01-13T00:00 2026-01-16T00:00",
      })
  void anExpressionMeansWhatItMeansInCron(String cron, String expected) {
    Instant start = Instant.parse("2025-12-31T23:59:30Z");
    assertThat(ticks(cron, "UTC", start, expected)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // What falls into the gap comes right after it, once.
        BERLIN
            + "|30 2 * * *|2026-03-28T00:00+01:00"
            + "|2026-03-28T02:30+01:00 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00",
        NEW_YORK
            + "|30 2 * * *|2026-03-07T00:00-05:00"
            + "|2026-03-07T02:30-05:00 2026-03-08T03:00-04:00 2026-03-09T02:30-04:00",
        LORD_HOWE
            + "|15 2 * * *|2026-10-03T00:00+10:30"
            + "|2026-10-03T02:15+10:30 2026-10-04T02:30+11:00 2026-10-05T02:15+11:00",
        // Several of them are one tick, also with what is due then anyway.
        BERLIN
            + "|0,30 2,3 * * *|2026-03-29T00:00+01:00"
            + "|2026-03-29T03:00+02:00 2026-03-29T03:30+02:00 2026-03-30T02:00+02:00",
        // What comes twice on the clock is run the first time.
        BERLIN
            + "|30 2 * * *|2026-10-24T12:00+02:00"
            + "|2026-10-25T02:30+02:00 2026-10-26T02:30+01:00",
        NEW_YORK
            + "|30 1 * * *|2026-10-31T12:00-04:00"
            + "|2026-11-01T01:30-04:00 2026-11-02T01:30-05:00",
        LORD_HOWE
            + "|45 1 * * *|2026-04-04T12:00+11:00"
            + "|2026-04-05T01:45+11:00 2026-04-06T01:45+10:30",
        BERLIN
            + "|0-59 2 25 10 *|2026-10-25T02:58+02:00"
            + "|2026-10-25T02:59+02:00 2027-10-25T02:00+02:00",
      })
  void aTimeOfDayIsRunOnceADayWhenClocksAreSet(
      String zone, String cron, String after, String expected) {
    assertThat(ticks(cron, zone, instant(after), expected)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        BERLIN
            + "|*/30 * * * *|2026-03-29T01:15+01:00"
            + "|2026-03-29T01:30+01:00 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00",
        BERLIN
            + "|*/30 * * * *|2026-10-25T02:15+02:00"
            + "|2026-10-25T02:30+02:00 2026-10-25T02:00+01:00 2026-10-25T02:30+01:00"
            + " 2026-10-25T03:00+01:00",
        NEW_YORK
            + "|0 * * * *|2026-11-01T00:30-04:00"
            + "|2026-11-01T01:00-04:00 2026-11-01T01:00-05:00 2026-11-01T02:00-05:00",
        LORD_HOWE
            + "|*/15 * * * *|2026-04-05T01:40+11:00"
            + "|2026-04-05T01:45+11:00 2026-04-05T01:30+10:30 2026-04-05T01:45+10:30"
            + " 2026-04-05T02:00+10:30",
        LORD_HOWE
            + "|*/15 * * * *|2026-10-04T01:50+10:30"
            + "|2026-10-04T02:30+11:00 2026-10-04T02:45+11:00",
        // Nothing shows that hour on this day.
        BERLIN
            + "|*/30 2 * * *|2026-03-28T02:15+01:00"
            + "|2026-03-28T02:30+01:00 2026-03-30T02:00+02:00 2026-03-30T02:30+02:00",
      })
  void whatBeginsWithAStarGoesByWhatTheClockShows(
      String zone, String cron, String after, String expected) {
    assertThat(ticks(cron, zone, instant(after), expected)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/15 * * * *", "30 2 * * *", "0 */2 * * *", "5,50 1-3 * * *"})
  void ticksAscendAndTheOrderDoesNotDependOnWhereOneStarts(String cron) {
    for (String zone : List.of(BERLIN, NEW_YORK, LORD_HOWE)) {
      CronTimes times = CronTimes.of(cron, ZoneId.of(zone));
      Instant from = Instant.parse("2026-01-01T00:00:00Z");
      List<Instant> ticks = times.from(from, 400);
      assertThat(ticks).isSorted().doesNotHaveDuplicates();
      for (Instant tick : ticks.subList(1, ticks.size())) {
        assertThat(times.next(tick.minusNanos(1))).isEqualTo(tick);
        assertThat(times.next(tick.minus(Duration.ofSeconds(20)))).isEqualTo(tick);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "*/0 * * * *",
        "5-1 * * * *",
        "a * * * *",
        "@daily",
        "0 0 L * *",
        "0 0 ? * *",
        "-1 * * * *",
      })
  void whatIsNoExpressionIsRefusedWithWhatIsAllowed(String cron) {
    assertThatThrownBy(() -> CronTimes.of(cron, ZoneId.of("UTC")))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageStartingWith("cron: '" + cron + "' is not allowed; it must be five fields");
  }

  @Test
  void aTimeThatNeverComesHasNoNextTick() {
    CronTimes times = CronTimes.of("0 0 31 4,6 *", ZoneId.of(BERLIN));
    assertThat(times.next(Instant.parse("2026-01-01T00:00:00Z"))).isNull();
  }

  @Test
  void aZoneIsKnownByItsId() {
    assertThat(CronTimes.zone(LORD_HOWE)).isEqualTo(ZoneId.of(LORD_HOWE));
    assertThatThrownBy(() -> CronTimes.zone("Europe/Atlantis"))
        .hasMessageStartingWith("zone: 'Europe/Atlantis' is not allowed");
  }

  /** As many ticks as are expected, written in the same way. */
  private static String ticks(String cron, String zone, Instant after, String expected) {
    boolean local = !expected.contains("+") && !expected.matches(".*:\\d\\d-.*");
    CronTimes times = CronTimes.of(cron, ZoneId.of(zone));
    Instant first = Objects.requireNonNull(times.next(after));
    return Arrays.stream(times.from(first, expected.split(" ", -1).length).toArray(Instant[]::new))
        .map(
            tick ->
                local
                    ? LocalDateTime.ofInstant(tick, ZoneId.of(zone)).toString()
                    : OffsetDateTime.ofInstant(tick, ZoneId.of(zone)).toString())
        .reduce((one, other) -> one + " " + other)
        .orElse("");
  }

  private static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
