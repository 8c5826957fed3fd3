package tasknet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.task.InvalidValueException;

class WorkerIdTest {
  private static final String LONGEST = "x".repeat(64);

  @ParameterizedTest
  @ValueSource(strings = {"a", "reverse-1", "Worker_7.example", "0", "AZaz09_-."})
  void whatIsAName(String name) {
    assertThat(new WorkerId(name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "a\n", "ä", "a:1", "a@b", "[", "`", "{", "a\0"})
  void whatIsNone(String name) {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> new WorkerId(name))
        .withMessageContaining("a name of 1 to 64 letters, digits, '_', '-' or '.'");
  }

  @Test
  void aNameHasAtMost64Characters() {
    assertThat(WorkerId.isName(LONGEST)).isTrue();
    assertThat(WorkerId.isName(LONGEST + "x")).isFalse();
  }
}
