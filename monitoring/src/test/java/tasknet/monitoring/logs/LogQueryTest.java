package tasknet.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.logging.LogLevel;
import tasknet.task.InvalidValueException;

class LogQueryTest {
  @Test
  void nothingGivenIsTheNewestOfEverything() {
    LogQuery query = LogQuery.of(Map.of());

    assertThat(query.limit()).isEqualTo(200);
    assertThat(query.wants("dispatcher")).isTrue();
    assertThat(query.mayWant(null)).isTrue();
  }

  @Test
  void whatIsGivenButEmptyIsNotGiven() {
    assertThat(
            LogQuery.of(
                Map.of(
                    "service", List.of(""),
                    "level", List.of(""),
                    "text", List.of(""),
                    "limit", List.of(""))))
        .isEqualTo(LogQuery.of(Map.of()));
  }

  @Test
  void aServiceStandsForItsReplicasToo() {
    LogQuery query = LogQuery.of(Map.of("service", List.of("worker-hash", "dispatcher")));

    assertThat(List.of("worker-hash", "worker-hash-2", "worker-hash-13", "dispatcher"))
        .allMatch(query::wants);
    assertThat(List.of("worker-hash-sum", "worker", "worker-hash2", "nameservice"))
        .noneMatch(query::wants);
  }

  @Test
  void aLevelIsThatOneAndWorse() {
    LogQuery query = LogQuery.of(Map.of("level", List.of("warn")));

    assertThat(query.mayWant(new LineHead(Instant.EPOCH, LogLevel.ERROR, 0))).isTrue();
    assertThat(query.mayWant(new LineHead(Instant.EPOCH, LogLevel.WARN, 0))).isTrue();
    assertThat(query.mayWant(new LineHead(Instant.EPOCH, LogLevel.INFO, 0))).isFalse();
    assertThat(query.mayWant(null)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "level   | LOUD  | one of [ERROR, WARN, INFO, DEBUG, TRACE]",
        "limit   | 0     | a whole number from 1 to 2000",
        "limit   | 2001  | a whole number from 1 to 2000",
        "limit   | many  | a whole number from 1 to 2000",
        "task    | 12    | a task id of 26 characters",
        "service | ../x  | letters, digits",
        "service | a/b   | letters, digits",
        "before  | now   | the 'next' of an answer, or an instant such as",
        "before  | c1_%  | the 'next' of an answer, or an instant such as",
        "before  | c1_   | the 'next' of an answer, or an instant such as",
        "before  | c1_AA | the 'next' of an answer, or an instant such as",
        "before  | +999999999-12-31T00:00:00Z | an instant such as",
        "lvl     | WARN  | one of before, level, limit, regex, service, task, text",
      })
  void whatIsNotAllowedIsNamed(String name, String value, String allowed) {
    assertThatThrownBy(() -> LogQuery.of(Map.of(name, List.of(value))))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(allowed);
  }

  @Test
  void aTextIsNotEndless() {
    assertThat(LogQuery.of(Map.of("text", List.of("X".repeat(200)))).text())
        .isEqualTo("x".repeat(200));
    assertThatThrownBy(() -> LogQuery.of(Map.of("text", List.of("x".repeat(201)))))
        .hasMessageContaining("at most 200 characters");
  }

  @Test
  void whatCanBeGivenOnceCannotBeGivenTwice() {
    assertThatThrownBy(() -> LogQuery.of(Map.of("level", List.of("INFO", "WARN"))))
        .hasMessageContaining("level: 'INFO, WARN' is not allowed; it must be given once");
  }

  @Test
  void beforeIsAnInstantOrACursor() {
    LogCursor cursor =
        new LogCursor(
            LogTexts.START,
            Map.of(
                7, new LogCursor.Place(new RawEntry.Mark(5_000_000_000L, true), -3),
                -8, new LogCursor.Place(new RawEntry.Mark(1, false), 9)));

    assertThat(LogQuery.of(Map.of("before", List.of(cursor.text()))).cursor()).isEqualTo(cursor);
    LogCursor open = new LogCursor(null, Map.of());
    assertThat(LogCursor.parse(open.text())).isEqualTo(open);
    assertThat(
            Objects.requireNonNull(
                LogQuery.of(Map.of("before", List.of("2026-11-23T12:00:00+02:00"))).before()))
        .isEqualTo(LogTexts.START);
  }

  @Test
  void theCursorOfAllServicesFitsIntoAnAddress() {
    Map<Integer, LogCursor.Place> places = new java.util.HashMap<>();
    for (int service = 0; service < LogSearch.MAX_SERVICES; service++) {
      places.put(service, new LogCursor.Place(new RawEntry.Mark(Long.MAX_VALUE, true), service));
    }

    assertThat(new LogCursor(null, places).text()).hasSizeLessThan(6_000);
  }
}
