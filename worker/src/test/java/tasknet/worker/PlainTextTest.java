package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.http.Json;
import tasknet.task.JsonText;

class PlainTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"OpenAI\"",
        "\"ü😀 {}\"",
        "\"a\\n\\\"\\u00fc\"",
        "\"\\\\\"",
        " \"padded\" ",
        "[\"a\",\"b\"]",
        "{\"a\":\"b\"}",
        "-1.50e3",
        "null",
        "true"
      })
  void theShortWayLeadsToWhereTheLongOneDoes(String json) {
    assertThat(PlainText.tree(new JsonText(json))).isEqualTo(Json.mapper().readTree(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "OpenAI", "ü😀", "a\n\"\\\u0000\u001f/", "\ud83d"})
  void aTextIsWrittenSoThatItIsReadAgain(String text) {
    assertThat(Json.mapper().readTree(PlainText.of(text).text()).stringValue()).isEqualTo(text);
  }
}
