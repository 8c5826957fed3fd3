package tasknet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {
  @Test
  void aLabelIsReadUpToItsFirstColon() {
    assertThat(Label.parse("url:http://a:1")).isEqualTo(new Label("url", "http://a:1"));
    assertThat(Label.parse("empty:")).isEqualTo(new Label("empty", ""));
    assertThat(Label.parse("a:b")).hasToString("a:b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", ":b", "a b:c", "ä:c", "a:\n", "a:\u0000", "a:\ud800"})
  void whatIsNoLabelIsRefused(String text) {
    assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> Label.parse(text));
  }

  @Test
  void keysAndValuesAndTheirNumberAreBounded() {
    assertThat(new Label("k".repeat(64), "v".repeat(256)).key()).hasSize(64);
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> new Label("k".repeat(65), ""));
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> new Label("k", "v".repeat(257)));
    Map<String, String> many = new HashMap<>();
    for (int number = 0; number < 16; number++) {
      many.put("key-" + number, "");
    }
    assertThat(new Labels(many).each())
        .hasSize(16)
        .isSortedAccordingTo((a, b) -> a.key().compareTo(b.key()));
    many.put("one-more", "");
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> new Labels(many))
        .withMessageContaining("at most 16");
  }
}
