package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PayloadArgumentTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "OpenAI|\"OpenAI\"",
        "123|123",
        "-5|-5",
        "007|\"007\"",
        "1 2|\"1 2\"",
        "1.10|1.10",
        "null|null",
        "true|true",
        "True|\"True\"",
        "NaN|\"NaN\"",
        "[1, 2]|[1,2]",
        "{\"a\": [1]}|{\"a\":[1]}",
        "{\"a\": |\"{\\\"a\\\":\"",
        "\"quoted\"|\"quoted\"",
        "``|\"\"",
        "` `|\" \"",
        "naïve 😀|\"naïve 😀\"",
      })
  void whatIsJsonIsThatValueAndAnythingElseIsText(String argument, String json) {
    assertThat(PayloadArgument.read(argument, false, input("")).text()).isEqualTo(json);
  }

  @Test
  void textIsTextAlsoWhenItIsJson() {
    assertThat(PayloadArgument.read("123", true, input("")).text()).isEqualTo("\"123\"");
    assertThat(PayloadArgument.read("[1]", true, input("")).text()).isEqualTo("\"[1]\"");
  }

  @Test
  void aHyphenReadsTheInputWithoutItsLastLineBreak() {
    assertThat(PayloadArgument.read("-", false, input("a\nb\n")).text()).isEqualTo("\"a\\nb\"");
    assertThat(PayloadArgument.read("-", false, input("[1]\r\n")).text()).isEqualTo("[1]");
    assertThat(PayloadArgument.read("-", true, input("5\n\n")).text()).isEqualTo("\"5\\n\"");
    assertThat(PayloadArgument.read("-", false, input("")).text()).isEqualTo("\"\"");
  }

  @Test
  void lettersThatTheLocaleCouldNotReadAreRefused() {
    assertThatThrownBy(() -> PayloadArgument.read("na\uFFFDve", false, input("")))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("LANG=C.UTF-8");
  }

  private static InputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
