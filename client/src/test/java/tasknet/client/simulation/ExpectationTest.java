package tasknet.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.task.JsonText;

final class ExpectationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0.3|0.3|true",
        "0.3|0.30|true",
        "0.3|3e-1|true",
        "0.3|0.30000000000000004|false",
        "9007199254740993|9007199254740992|false",
        "9007199254740993|9007199254740993|true",
        "6|6.0|true",
        "6|\"6\"|false",
        "null|null|true",
        "null|0|false",
        "\"é\"|\"\\u00e9\"|true",
        "\"é\"|\"e\u0301\"|false",
        "[1,{\"a\":1,\"b\":2}]|[1.0,{\"b\":2,\"a\":1}]|true",
        "[1,2]|[2,1]|false",
        "{\"a\":1}|{\"a\":1,\"b\":1}|false",
      })
  void resultsAreComparedByValue(String expected, String given, boolean met) {
    Expectation expectation = new Expectation.Result(new JsonText(expected));
    assertThat(expectation.isMetBy(new Answer.Result(new JsonText(given)))).isEqualTo(met);
  }

  @Test
  void aPatternIsFoundInATextOnly() {
    Expectation expectation = new Expectation.ResultLike(Pattern.compile("^.{3,}$"));
    assertThat(expectation.isMetBy(new Answer.Result(new JsonText("\"abc\"")))).isTrue();
    assertThat(expectation.isMetBy(new Answer.Result(new JsonText("\"ab\"")))).isFalse();
    assertThat(expectation.isMetBy(new Answer.Result(new JsonText("12345")))).isFalse();
    assertThat(expectation.isMetBy(new Answer.Failure("abc", "abc"))).isFalse();
  }

  @Test
  void anErrorIsKnownByItsCode() {
    Expectation expectation = new Expectation.ErrorCode("no-worker");
    assertThat(expectation.isMetBy(new Answer.Failure("no-worker", "any"))).isTrue();
    assertThat(expectation.isMetBy(new Answer.Failure("malformed", "no-worker"))).isFalse();
    assertThat(expectation.isMetBy(new Answer.Result(new JsonText("\"no-worker\"")))).isFalse();
  }
}
