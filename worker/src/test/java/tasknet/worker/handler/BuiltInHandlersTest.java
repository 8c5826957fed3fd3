package tasknet.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.http.Json;

class BuiltInHandlersTest {
  private final Locale locale = Locale.getDefault();
  private final ScriptedContext context = new ScriptedContext();

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(locale);
  }

  private String run(TaskHandler handler, String payload) throws Exception {
    Object result = handler.handle(Json.mapper().readTree(payload), context);
    return Json.mapper().writeValueAsString(result);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\"OpenAI\", \"IAnepO\"",
        "\"\", \"\"",
        "\"a😀b\", \"b😀a\"",
        "\"👍🏽x\", \"x🏽👍\"",
        "\"e\u0301a\", \"a\u0301e\"",
        "\"tab\\t\\\"\", \"\\\"\\tbat\"",
      })
  void reverseGoesByCodePoint(String payload, String result) throws Exception {
    assertThat(run(new ReverseHandler(), payload)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\"\", \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
        "\"abc\", \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"",
        "\"ü😀\", \"480eec2ac90675fd48de4593b4677e063d4fb9e17cbc335cadfc758f3d3d60ac\"",
      })
  void hashIsTheSha256OfTheUtf8(String payload, String result) throws Exception {
    assertThat(run(new HashHandler(), payload)).isEqualTo(result);
  }

  @Test
  void hashRefusesHalfASurrogatePair() {
    assertThatThrownBy(() -> run(new HashHandler(), "\"\\ud800\""))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContaining("a text that UTF-8 can express");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | 0",
        "[0.1,0.2] | 0.3",
        "[1,2,3] | 6",
        "[1.50, 0.50] | 2",
        "[1e3] | 1000",
        "[1e-3, 0] | 0.001",
        "[0.0, -0.00] | 0",
        "[-5, 3.25] | -1.75",
        "[9007199254740993, 1] | 9007199254740994",
        "[123456789012345678901234567890.123456789, 0.000000001]"
            + " | 123456789012345678901234567890.12345679",
        "\"\" | 0",
        "\"  \" | 0",
        "\" 1, 2.50 \" | 3.5",
        "\"+1,-.5,2.\" | 2.5",
        "\"1E2,1\" | 101",
      })
  void sumIsExact(String payload, String result) throws Exception {
    assertThat(run(new SumHandler(), payload)).isEqualTo(result);
  }

  @Test
  void sumOfTheLargestNumbersIsStillANumberThatOthersRead() throws Exception {
    String large = "9e399";
    String small = "1e-400";

    String result = run(new SumHandler(), "[" + large + "," + large + "," + small + "]");

    assertThat(result).hasSize(401 + 1 + 400);
    assertThat(Json.mapper().readTree(result).isNumber()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1e999999999]",
        "[1e-999999999]",
        "[1e400]",
        "[1e-401]",
        "\"1e999999999\"",
        "\"1e-999999999\"",
        "\"1,,2\"",
        "\"1;2\"",
        "\"one\"",
        "\"0x10\"",
        "\"NaN\"",
        "\"١\"",
        "[\"1\"]",
        "[true]",
        "[null]",
        "[[1]]",
        "{}",
        "7",
        "null",
      })
  void sumRefusesWhatIsNoListOfNumbers(String payload) {
    assertThatThrownBy(() -> run(new SumHandler(), payload))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageMatching("wanted .*number.*, got .*");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\"straße\", \"STRASSE\"",
        "\"title\", \"TITLE\"",
        "\"ﬁ ŉ\", \"FI ʼN\"",
        "\"e\u0301😀\", \"E\u0301😀\"",
      })
  void upperIsTheSameInEveryCountry(String payload, String result) throws Exception {
    Locale.setDefault(Locale.forLanguageTag("tr"));

    assertThat(run(new UpperHandler(), payload)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1000000000", "0.25, 250000000", "3600, 3600000000000", "1e-400, 1"})
  void waitWaitsAndGivesItsNumberBack(String payload, long nanos) throws Exception {
    String result = run(new WaitHandler(), payload);

    assertThat(Json.mapper().readTree(result)).isEqualTo(Json.mapper().readTree(payload));
    assertThat(context.slept.stream().reduce(Duration.ZERO, Duration::plus))
        .isEqualTo(Duration.ofNanos(nanos));
  }

  @Test
  void waitSaysEverySecondHowFarItIs() throws Exception {
    run(new WaitHandler(), "3.5");

    assertThat(context.progress).containsExactly("28 1 of 3.5 s", "57 2 of 3.5 s", "85 3 of 3.5 s");
  }

  @Test
  void waitKeepsTheDigitsThatWereGiven() throws Exception {
    assertThat(run(new WaitHandler(), "1.50")).isEqualTo("1.50");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "3600.001", "3601", "1e999999999", "1e-999999999", "\"1\"", "null", "[1]"})
  void waitRefusesOtherNumbers(String payload) {
    assertThatThrownBy(() -> run(new WaitHandler(), payload))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageStartingWith("wanted a number of seconds from 0 to 3600, got ");
    assertThat(context.slept).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "null", "[]", "{\"text\":\"x\"}", "true"})
  void whatWantsATextSaysSo(String payload) {
    for (TaskHandler handler :
        new TaskHandler[] {new ReverseHandler(), new HashHandler(), new UpperHandler()}) {
      assertThatThrownBy(() -> run(handler, payload))
          .isInstanceOf(InvalidPayloadException.class)
          .hasMessage("wanted a text, got " + payload);
    }
  }

  @Test
  void aRefusalShowsOnlyTheBeginningOfALongPayload() {
    String payload = "[\"" + "😀".repeat(500) + "\"]";

    assertThatThrownBy(() -> run(new ReverseHandler(), payload))
        .hasMessage("wanted a text, got [\"" + "😀".repeat(78) + "…");
  }

  @Test
  void randomFactIsOneOfManyWhateverThePayload() throws Exception {
    RandomFactHandler handler = new RandomFactHandler();

    assertThat(RandomFactHandler.facts())
        .hasSizeGreaterThanOrEqualTo(60)
        .doesNotHaveDuplicates()
        .allMatch(fact -> fact.endsWith(".") && fact.length() <= 200);
    Set<Object> drawn =
        IntStream.range(0, 200)
            .mapToObj(_ -> handler.handle(Json.mapper().nullNode(), context))
            .collect(Collectors.toSet());
    assertThat(drawn).hasSizeGreaterThan(10);
    assertThat(RandomFactHandler.facts())
        .containsAll(drawn.stream().map(String.class::cast).toList());
  }
}
