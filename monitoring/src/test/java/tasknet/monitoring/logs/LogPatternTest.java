package tasknet.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.task.InvalidValueException;

class LogPatternTest {
  @ParameterizedTest
  @ValueSource(strings = {"took=[0-9]{4,}ms", "(?i)lost|failed", "^attempt .* code=\\w+", "{x}"})
  void anExpressionIsFoundAnywhere(String text) {
    String message = "attempt Failed code=odd {x} took=12345ms";

    assertThat(LogPattern.of(text).matcher(message).find()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[a", "a**", "\\", "(?=x)", "(a)\\1", "a{2,1}", "a{1001}"})
  void whatIsNoExpressionIsSaid(String text) {
    assertThatThrownBy(() -> LogPattern.of(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("regex: '" + text + "' is not allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"((a{100}){100}){100}", "(a{500}){3}", "(\\pL{10,99}){11}", "a{999999999,}"})
  @Timeout(5)
  void whatWouldTakeLongIsRefused(String text) {
    assertThatThrownBy(() -> LogPattern.of(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("regex");
  }

  @Test
  @Timeout(10)
  void noTextTakesForever() {
    assertThat(LogPattern.of("(x+x+)+y").matcher("x".repeat(64 * 1024)).find()).isFalse();
    assertThat(LogPattern.of("(x{30}){30}y").matcher("x".repeat(4 * 1024)).find()).isFalse();
  }
}
