package tasknet.dispatcher.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
import tasknet.task.KeepFields;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tools.jackson.core.JacksonException;

class SubmissionTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

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
  void thePriorityIsFourUnlessItIsGiven() {
    assertThat(read("{\"type\":\"x\"}").terms().priority()).isEqualTo(4);
    assertThat(read("{\"type\":\"x\",\"priority\":0}").terms().priority()).isZero();
    assertThat(read("{\"type\":\"x\",\"priority\":9}").terms().priority()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource({"true,,true", "true,false,false", "false,,false", "false,true,true"})
  void aTaskIsAsDurableAsItSaysAndElseAsItsTypeHasIt(
      boolean ofType, @Nullable Boolean said, boolean durable) {
    TypeRule standard = TypeRule.STANDARD;
    TypeRule rule =
        new TypeRule(
            standard.timeout(),
            standard.maxAttempts(),
            standard.backoff(),
            ofType,
            null,
            null,
            null,
            KeepFields.NONE);
    String body = "{\"type\":\"hash\"" + (said == null ? "" : ",\"durable\":" + said) + "}";

    TaskRequest request =
        Submission.read(
            body.getBytes(StandardCharsets.UTF_8),
            new TypeRules(Map.of(new TaskType("hash"), rule)),
            NOW,
            null);

    assertThat(request.terms().durable()).isEqualTo(durable);
    assertThat(read("{\"type\":\"hash\"}").terms().durable()).isTrue();
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
            null,
            null,
            KeepFields.NONE);
    TypeRules rules = new TypeRules(Map.of(new TaskType("hash"), rule));
    String own = "{\"type\":\"hash\",\"maxAttempts\":1,\"backoff\":{\"factor\":1}}";

    TaskRequest request = Submission.read(own.getBytes(StandardCharsets.UTF_8), rules, NOW, null);

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
      value = {
        "\"2026-02-01T00:00:00.1234567Z\"|2026-02-01T00:00:00.123456Z",
        "\"2026-02-01T02:00:00+02:00\"|2026-02-01T00:00:00Z",
        "\"2026-01-01T00:00:00Z\"|2026-01-01T00:00:00Z",
        "\"5m\"|2026-01-31T12:05:00Z",
        "\"PT1.5S\"|2026-01-31T12:00:01.500Z",
        "90|2026-01-31T12:01:30Z",
        "0.5|2026-01-31T12:00:00.500Z",
        "0|2026-01-31T12:00:00Z",
      })
  void aDeadlineIsAnInstantOrATimeFromNow(String given, Instant meant) {
    TaskRequest request = read("{\"type\":\"x\",\"deadline\":" + given + "}");

    assertThat(request.terms().deadline()).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "\"runAt\":\"2026-02-01T02:00:00+02:00\"|2026-02-01T00:00:00Z",
        "\"delay\":\"5m\"|2026-01-31T12:05:00Z",
        "\"delay\":0.25|2026-01-31T12:00:00.250Z",
        "\"delay\":0|none",
        "\"runAt\":\"2026-01-31T11:59:59Z\"|none",
        "\"runAt\":null|none",
      })
  void aDelayOrAStartThatIsToComeIsKept(String given, @Nullable Instant meant) {
    TaskRequest request = read("{\"type\":\"x\"," + given + "}");

    assertThat(request.terms().runAt()).isEqualTo(meant);
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
        "{\"type\":\"x\",\"maxAttempt\":1}         | backoff, callback, deadline, delay, durable, labels, maxAttempts, payload, priority, runAt, timeout, traceparent, tracestate, type",
        "{\"type\":\"x\",\"type\":\"y\"}           | type",
        "{\"type\":\"x\",\"backoff\":{\"factor\":0}} | factor",
        "{\"type\":\"x\",\"deadline\":\"soon\"}    | deadline: 'soon' is not allowed; it must be an instant",
        "{\"type\":\"x\",\"deadline\":\"-5m\"}     | deadline",
        "{\"type\":\"x\",\"deadline\":true}       | deadline",
        "{\"type\":\"x\",\"deadline\":\"+30000-01-01T00:00:00Z\"} | 1970 to 9999",
        "{\"type\":\"x\",\"deadline\":9e11}       | 1970 to 9999",
        "{\"type\":\"x\",\"delay\":\"-1s\"}       | delay",
        "{\"type\":\"x\",\"delay\":\"90000000d\"} | 1970 to 9999",
        "{\"type\":\"x\",\"runAt\":\"1h\"}        | runAt: 'PT1H' is not allowed; it must be an instant",
        "{\"type\":\"x\",\"runAt\":12}          | runAt",
        "{\"type\":\"x\",\"delay\":1,\"runAt\":\"2026-01-31T12:00:00Z\"} | left out when there is a delay",
        "{\"type\":\"x\",\"delay\":60,\"deadline\":60} | after the task's start",
        "{\"type\":\"x\",\"priority\":10}         | priority: '10' is not allowed; it must be a whole number from 0 to 9",
        "{\"type\":\"x\",\"priority\":-1}         | from 0 to 9",
        "{\"type\":\"x\",\"priority\":\"high\"}   | priority",
        "{\"type\":\"x\",\"labels\":{\"a b\":\"1\"}} | labels: 'a b' is not allowed; it must be keys of 1 to 64",
        "{\"type\":\"x\",\"labels\":{\"\":\"1\"}}   | 1 to 64 letters",
        "{\"type\":\"x\",\"labels\":{\"a\":\"\\n\"}} | without control characters",
        "{\"type\":\"x\",\"labels\":{\"a\":null}}   | without a value",
        "{\"type\":\"x\",\"labels\":{\"a\":[]}}     | labels",
        "{\"type\":\"x\",\"labels\":[]}           | labels",
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

  @ParameterizedTest
  @CsvSource({
    ",,", // and so that of the request holds
    "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203332-00,a=1,a=1",
    "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203332-00,ü,",
    "rubbish,a=1,"
  })
  void aTasksOwnTraceGoesBeforeThatOfItsRequest(
      @Nullable String parent, @Nullable String state, @Nullable String expectedState) {
    TraceContext ofRequest =
        new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);
    String body =
        "{\"type\":\"hash\""
            + (parent == null ? "" : ",\"traceparent\":\"" + parent + "\"")
            + (state == null ? "" : ",\"tracestate\":\"" + state + "\"")
            + "}";

    TraceContext trace =
        Submission.read(body.getBytes(StandardCharsets.UTF_8), TypeRules.NONE, NOW, ofRequest)
            .terms()
            .trace();

    assertThat(trace)
        .isEqualTo(
            parent == null || parent.equals("rubbish")
                ? ofRequest
                : new TraceContext(parent, expectedState));
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] body = "{\"type\":\"x\",\"payload\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    body[23] = (byte) 0xFF;

    assertThatExceptionOfType(JacksonException.class)
        .isThrownBy(() -> Submission.read(body, TypeRules.NONE, NOW, null));
  }

  private static TaskRequest read(String body) {
    return Submission.read(body.getBytes(StandardCharsets.UTF_8), TypeRules.NONE, NOW, null);
  }
}
