package tasknet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.registry.WorkerId;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskLatency;
import tasknet.task.TaskLatency.Percentiles;
import tasknet.task.TaskType;
import tools.jackson.core.JacksonException;

class JsonTest {
  record Shape(TaskId id, TaskType type, WorkerId worker, Duration pause, Instant at) {}

  record Payload(JsonText payload) {}

  @Test
  void aLatencyIsReadAsItIsWritten() {
    Percentiles times =
        new Percentiles(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(3));
    TaskLatency latency = new TaskLatency(times, null, times);
    String json = Json.textOf(latency).text();

    assertThat(json)
        .startsWith("{\"wait\":{\"p50\":\"PT0.001S\",\"p95\":")
        .doesNotContain("waited", "run");
    assertThat(Json.mapper().readValue(json, TaskLatency.class)).isEqualTo(latency);
  }

  @Test
  void valuesOfOurOwnAreText() {
    Shape shape =
        new Shape(
            TaskId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
            new TaskType("hash"),
            new WorkerId("worker-1"),
            Duration.ofMillis(1500),
            Instant.parse("2026-11-23T17:53:26.123Z"));
    String json = Json.mapper().writeValueAsString(shape);

    assertThat(json)
        .isEqualTo(
            "{\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"type\":\"hash\",\"worker\":\"worker-1\","
                + "\"pause\":\"PT1.5S\",\"at\":\"2026-11-23T17:53:26.123Z\"}");
    assertThat(Json.mapper().readValue(json, Shape.class)).isEqualTo(shape);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"30s\"',PT30S",
    "'\"500ms\"',PT0.5S",
    "'\"PT1.5S\"',PT1.5S",
    "30,PT30S",
    "1.5,PT1.5S",
    "0.0004,PT0S"
  })
  void aDurationIsTextOrSeconds(String json, Duration expected) {
    assertThat(Json.mapper().readValue("{\"pause\":" + json + "}", Waiting.class).pause())
        .isEqualTo(expected);
  }

  record Waiting(Duration pause) {}

  @ParameterizedTest
  @ValueSource(strings = {"\"soon\"", "true", "[]", "{}", "1e400", "99999999999999999999", "\"\""})
  void whatIsNoDurationIsRefused(String json) {
    assertThatThrownBy(() -> Json.mapper().readValue("{\"pause\":" + json + "}", Waiting.class))
        .isInstanceOf(JacksonException.class)
        .hasMessageContaining("a duration such as 30s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "0",
        "-0",
        "-0.0",
        "1.10",
        "1e5",
        "1E+400",
        "-1.50e-3",
        "12345678901234567890123456789012345678901234567890.123456789012345678901234567890",
        "\"\"",
        "\"a\\n\\\"ü😀\\u0000\"",
        "[]",
        "{}",
        "[1,[2,{\"a\":\"}\",\"b\":null}]]",
      })
  void jsonTextIsKeptAsItCame(String json) {
    assertThat(Json.text(json)).hasToString(json);
    assertThat(Json.mapper().readValue("{\"payload\":" + json + "}", Payload.class).payload())
        .hasToString(json);
    assertThat(Json.mapper().writeValueAsString(new Payload(new JsonText(json))))
        .isEqualTo("{\"payload\":" + json + "}");
  }

  @Test
  void jsonTextIsBroughtOntoOneLine() {
    assertThat(Json.text(" {\r\n \"a\" : [ 1,\n2 ],\t\"b\": \"x\\ny\" }\n"))
        .hasToString("{\"a\":[1,2],\"b\":\"x\\ny\"}");
    assertThat(new JsonText("[1,\r\n2]")).hasToString("[1,  2]");
  }

  @Test
  void halfACharacterStaysAnEscape() {
    JsonText text = Json.text("[\"\\ud83d\",\"\\ude00\\ud83d\",\"\\ud83d\\ude00\"]");

    assertThat(text).hasToString("[\"\\ud83d\",\"\\ude00\\ud83d\",\"😀\"]");
    assertThat(Json.mapper().writeValueAsBytes(new Payload(text))).isNotEmpty();
    assertThat(Json.textOf(Map.of("a", "\ud83d"))).hasToString("{\"a\":\"\\ud83d\"}");
  }

  @Test
  void nestingIsLimited() {
    assertThat(Json.text(nested(100))).hasToString(nested(100));
    assertThatThrownBy(() -> Json.text(nested(101)))
        .isInstanceOf(JacksonException.class)
        .hasMessageContaining("100");
    assertThatThrownBy(() -> Json.text(nested(100_000))).isInstanceOf(JacksonException.class);
  }

  @Test
  void theDeepestPayloadCanBeReadInsideADocument() {
    String document = "[{\"payload\":" + nested(100) + "}]";

    assertThat(Json.mapper().readValue(document, Payload[].class)[0].payload())
        .hasToString(nested(100));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "1 2",
        "{} x",
        "{'a':1}",
        "NaN",
        "01",
        "// no\n1",
        "\"\n\"",
      })
  void whatIsNotOneJsonValueIsRefused(String json) {
    assertThatThrownBy(() -> Json.text(json)).isInstanceOf(JacksonException.class);
  }

  @Test
  void bytesMustBeUtf8() {
    for (byte[] bytes :
        List.of(
            new byte[] {'"', (byte) 0xC3, '"'},
            new byte[] {'"', (byte) 0xFF, '"'},
            "{\"payload\":1}".getBytes(StandardCharsets.UTF_16LE),
            "{\"payload\":1}".getBytes(StandardCharsets.UTF_16BE))) {
      assertThatThrownBy(() -> Json.mapper().readValue(bytes, Payload.class))
          .isInstanceOf(JacksonException.class);
    }
  }

  @Test
  void unknownFieldsAreIgnoredAndAbsentOnesAreNot() {
    assertThat(Json.mapper().readValue("{\"new\":{\"x\":[1]},\"payload\":1}", Payload.class))
        .isEqualTo(new Payload(new JsonText("1")));
    assertThatThrownBy(() -> Json.mapper().readValue("{}", Waiting.class))
        .isInstanceOf(JacksonException.class)
        .hasMessageContaining("pause");
  }

  @Test
  void aProblemIsReadAsItWasWritten() {
    Problem problem =
        Problem.of(404, "no-worker", "No worker", "there is no worker of type hash")
            .with("type_of_task", "hash")
            .with("count", 3);
    String json = Json.mapper().writeValueAsString(problem);

    assertThat(json)
        .isEqualTo(
            "{\"type\":\"urn:tasknet:problem:no-worker\",\"title\":\"No worker\",\"status\":404,"
                + "\"detail\":\"there is no worker of type hash\",\"type_of_task\":\"hash\","
                + "\"count\":3}");
    Problem read = Json.mapper().readValue(json, Problem.class);
    assertThat(read).isEqualTo(problem);
    assertThat(read.code()).isEqualTo("no-worker");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":1    | Unexpected end-of-input: expected close marker for Object (line 1, column 7)",
        "[1,2        | Unexpected end-of-input: expected close marker for Array (line 1, column 5)",
        "{\"a\":1]   | Unexpected close marker ']': expected '}' (line 1, column 7)",
        "{\"a\":NaN} | Non-standard token 'NaN' (line 1, column 9)",
        "{\"a\":01}  | Invalid numeric value: Leading zeroes not allowed (line 1, column 7)",
        "{'a':1}     | Unexpected character",
        "{a:1}       | Unexpected character",
        "{\"a\":nul} | Unrecognized token",
        "{\"a\":\"\t\"} | Illegal unquoted character",
        "{\"a\":\"x   | Unexpected end-of-input: was expecting closing quote for a string value (line 1, column 8)",
      })
  void whatIsNoJsonIsSaidInWordsOfItsWriter(String text, String said) {
    assertThatThrownBy(() -> Json.mapper().readTree(text))
        .isInstanceOfSatisfying(
            JacksonException.class,
            e ->
                assertThat(JsonErrors.describe(e))
                    .startsWith("not valid JSON: " + said)
                    .doesNotContain("`", "Source", "marker at"));
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }
}
