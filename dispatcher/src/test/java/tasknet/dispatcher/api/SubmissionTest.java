package tasknet.dispatcher.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.task.TypeRule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.JsonErrors;
import tasknet.runtime.Backoff;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;
import tools.jackson.core.JacksonException;

class SubmissionTest {
  @Test
  void onlyTheTypeIsRequired() {
    assertThat(read("{\"type\":\"random_fact\"}"))
        .isEqualTo(TaskRequest.of(new TaskType("random_fact"), JsonText.NULL));
  }

  @Test
  void everythingCanBeSaid() {
    TaskRequest request =
        read(
            """
            {"type":"hash","payload":"x","timeout":"5s","maxAttempts":7,
             "backoff":{"first":0.25,"factor":3,"cap":"1m","jitter":0}}
            """);

    assertThat(request)
        .isEqualTo(
            new TaskRequest(
                new TaskType("hash"),
                new JsonText("\"x\""),
                Duration.ofSeconds(5),
                7,
                new Backoff(Duration.ofMillis(250), 3, Duration.ofMinutes(1), 0)));
  }

  @Test
  void whatATaskDoesNotSayIsAsItsTypeHasIt() {
    TypeRule rule =
        new TypeRule(
            Duration.ofSeconds(7),
            9,
            new Backoff(Duration.ofSeconds(2), 3, Duration.ofMinutes(1), 0),
            true,
            null,
            null);
    TypeRules rules = new TypeRules(Map.of(new TaskType("hash"), rule));
    String own = "{\"type\":\"hash\",\"maxAttempts\":1,\"backoff\":{\"factor\":1}}";

    TaskRequest request = Submission.read(own.getBytes(StandardCharsets.UTF_8), rules);

    assertThat(request)
        .isEqualTo(
            new TaskRequest(
                new TaskType("hash"),
                JsonText.NULL,
                Duration.ofSeconds(7),
                1,
                new Backoff(Duration.ofSeconds(2), 1, Duration.ofMinutes(1), 0)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.10",
        "123456789012345678901234567890",
        "1E400",
        "\"😀\\n\"",
        "{\"a\":[1,2.50,null]}",
        "null"
      })
  void thePayloadPassesThroughAsItIs(String payload) {
    assertThat(read("{\"payload\":" + payload + ",\"type\":\"x\"}").payload().text())
        .isEqualTo(payload);
  }

  @Test
  void aPayloadOfSeveralLinesBecomesOneLine() {
    assertThat(read("{\"type\":\"x\",\"payload\":{\n  \"a\": 1.0\n}}").payload().text())
        .isEqualTo("{\"a\":1.0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                        | type",
        "{\"type\":null}                           | type",
        "{\"type\":\"Bad Name\"}                   | Bad Name",
        "{\"type\":7}                              | type",
        "{\"type\":\"x\",\"timeout\":0}            | timeout",
        "{\"type\":\"x\",\"timeout\":\"soon\"}     | soon",
        "{\"type\":\"x\",\"timeout\":\"25h\"}      | 24 hours",
        "{\"type\":\"x\",\"maxAttempts\":0}        | 1 to 100",
        "{\"type\":\"x\",\"maxAttempts\":1.5}      | maxAttempts",
        "{\"type\":\"x\",\"maxAttempts\":[]}       | maxAttempts",
        "{\"type\":\"x\",\"maxAttempt\":1}         | backoff, maxAttempts, payload, timeout, type",
        "{\"type\":\"x\",\"type\":\"y\"}           | type",
        "{\"type\":\"x\",\"backoff\":{\"factor\":0}} | factor",
        "{\"type\":\"x\"} {}                       | ",
        "[]                                        | ",
        "7                                         | ",
        "null                                      | type",
        "{\"type\":\"x\",                          | ",
      })
  void whatIsWrongIsNamed(String body, String named) {
    Throwable refused = catchThrowable(() -> read(body));

    String message =
        refused instanceof JacksonException json
            ? JsonErrors.describe(json)
            : String.valueOf(refused == null ? null : refused.getMessage());
    assertThat(refused).isInstanceOfAny(JacksonException.class, InvalidValueException.class);
    assertThat(message).contains(named == null ? "" : named);
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(200) + "]".repeat(200);

    assertThatExceptionOfType(JacksonException.class)
        .isThrownBy(() -> read("{\"type\":\"x\",\"payload\":" + deep + "}"))
        .withMessageContaining("nested deeper");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] body = "{\"type\":\"x\",\"payload\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    body[23] = (byte) 0xFF;

    assertThatExceptionOfType(JacksonException.class)
        .isThrownBy(() -> Submission.read(body, TypeRules.NONE));
  }

  private static TaskRequest read(String body) {
    return Submission.read(body.getBytes(StandardCharsets.UTF_8), TypeRules.NONE);
  }
}
