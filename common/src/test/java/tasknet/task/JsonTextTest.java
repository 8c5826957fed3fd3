package tasknet.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"abc\"", "\"äöü\"", "\"€€€\"", "\"😀😀\"", "[1,\"ä€😀\"]"})
  void itFitsIntoItsBytesAndNoFewer(String text) {
    JsonText json = new JsonText(text);

    for (int bytes = 0; bytes < 4 * text.length(); bytes++) {
      assertThat(json.fitsInto(bytes)).as("into %s", bytes).isEqualTo(bytes >= json.bytes());
    }
  }
}
