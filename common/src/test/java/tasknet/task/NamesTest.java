package tasknet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.registry.WorkerId;

class NamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "reverse",
        "random_fact",
        "x-1.y",
        "a23456789-123456789-123456789-123456789-123456789-123456789-1234"
      })
  void aTypeHasAName(String name) {
    assertThat(new TaskType(name)).hasToString(name).isEqualTo(TaskType.of(name));
  }

  @Test
  void aTypeThatWasMetIsFoundAgainAndNeverTakenForAnother() {
    for (int number = 0; number < 1_000; number++) {
      assertThat(TaskType.of("type-" + number)).hasToString("type-" + number);
      assertThat(TaskType.of("type-" + number)).isSameAs(TaskType.of("type-" + number));
    }
    assertThatThrownBy(() -> TaskType.of("A")).isInstanceOf(InvalidValueException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "1a",
        "-a",
        "a b",
        "a\n",
        "ä",
        "a/b",
        "a23456789-123456789-123456789-123456789-123456789-123456789-12345"
      })
  void otherTextNamesNoType(String name) {
    assertThatThrownBy(() -> new TaskType(name))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("type")
        .hasMessageContaining("lower-case");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "9", "worker-hash_1.example", "ABC"})
  void aWorkerHasAName(String name) {
    assertThat(new WorkerId(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a\n",
        "ä",
        "a/b",
        "a:b",
        "12345678901234567890123456789012345678901234567890123456789012345"
      })
  void otherTextNamesNoWorker(String name) {
    assertThatThrownBy(() -> new WorkerId(name))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("worker");
  }

  @Test
  void typesAndWorkersAreOrderedByName() {
    assertThat(new TaskType("a")).isLessThan(new TaskType("b"));
    assertThat(new WorkerId("a")).isLessThan(new WorkerId("b"));
  }

  @Test
  void attemptsAreCountedFromOne() {
    TaskId task = TaskId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");

    assertThat(new AttemptId(task, 3)).hasToString("01ARZ3NDEKTSV4RRFFQ69G5FAV#3");
    assertThatThrownBy(() -> new AttemptId(task, 0))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("at least 1");
  }

  @Test
  void aLongValueIsShortenedInTheMessage() {
    assertThat(new InvalidValueException("name", "x".repeat(10_000), "short").getMessage())
        .hasSizeLessThan(200)
        .contains("…");
  }
}
