package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tools.jackson.core.JacksonException;

class ResultTextTest {
  private static Outcome completed(String json) {
    return new Outcome.Completed(new JsonText(json));
  }

  @Test
  void whatTheMapperCanWriteIsAResult() {
    assertThat(ResultText.of(null, 100)).isEqualTo(completed("null"));
    assertThat(ResultText.of("ü\n\"", 100)).isEqualTo(completed("\"ü\\n\\\"\""));
    assertThat(ResultText.of(List.of(1, Map.of("a", true)), 100))
        .isEqualTo(completed("[1,{\"a\":true}]"));
    assertThat(ResultText.of(new BigDecimal("0.10"), 100)).isEqualTo(completed("0.10"));
  }

  @Test
  void jsonTextPassesUnchanged() {
    assertThat(ResultText.of(new JsonText("[1.500,  \"\\u00fc\"]"), 100))
        .isEqualTo(completed("[1.500,  \"\\u00fc\"]"));
  }

  @Test
  void jsonTextOnSeveralLinesIsBroughtOntoOne() {
    assertThat(ResultText.of(new JsonText("[1.500,\r\n2]"), 100))
        .isEqualTo(completed("[1.500,  2]"));
  }

  @Test
  void jsonTextThatIsNoJsonIsRefused() {
    for (String text : List.of("", "{", "1 2", "{}\n{}", "nothing", "[".repeat(101))) {
      assertThatThrownBy(() -> ResultText.of(new JsonText(text), 1000))
          .isInstanceOf(JacksonException.class);
    }
  }

  @Test
  void whatContainsItselfIsRefused() {
    List<Object> list = new ArrayList<>();
    list.add(list);

    assertThatThrownBy(() -> ResultText.of(list, 1000)).isInstanceOf(JacksonException.class);
  }

  @Test
  void whatIsNestedTooDeeplyForOthersIsRefused() {
    Map<String, Object> deep = new HashMap<>();
    for (int level = 0; level < 150; level++) {
      deep = new HashMap<>(Map.of("a", deep));
    }
    Map<String, Object> value = deep;

    assertThatThrownBy(() -> ResultText.of(value, 10_000)).isInstanceOf(JacksonException.class);
  }

  @Test
  void halvesOfSurrogatePairsAreEscapedAndWholePairsAreNot() {
    assertThat(ResultText.of("\ud800a😀\udc00", 100)).isEqualTo(completed("\"\\ud800a😀\\udc00\""));
    assertThat(ResultText.of("😀".repeat(20), 100))
        .isEqualTo(completed("\"" + "😀".repeat(20) + "\""));
  }

  @Test
  void theSizeIsCountedInBytesOfUtf8() {
    assertThat(ResultText.of("aü€😀", 12)).isEqualTo(completed("\"aü€😀\""));
    assertThat(ResultText.of("aü€😀", 11))
        .isEqualTo(
            new Outcome.Failed(
                new TaskError(
                    TaskError.RESULT_TOO_LARGE,
                    "the result has 12 bytes; at most 11 are allowed",
                    false)));
  }

  @Test
  void ofAHugeResultOnlyTheSizeIsTold() {
    Iterable<String> huge = java.util.Collections.nCopies(1_000_000, "0123456789");

    assertThat(ResultText.of(huge, 1200).toString()).contains("13000001 bytes");
  }
}
