package tasknet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.testkit.DamagedJson;

/** Answers are read and written as the mapper does it, whether they are plain or not. */
class PlainAnswerTest {
  private static final TaskId ID = TaskId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");
  private static final String TASK = ",\"id\":\"" + ID + "\",\"state\":\"COMPLETED\"";
  private static final int MUTANTS = 20_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ref\":1@,\"result\":\"ä\\n€ /\"}",
        "{\"ref\":\"x-1\"@,\"result\":{ \"a\" : [1, {\"b\":-1.5e3}] } }\r",
        "{\"line\":7@}",
        "{\"line\":7@,\"result\":null}"
      })
  void usualAnswersArePlain(String answer) {
    byte[] json = bytes(answer.replace("@", TASK));

    PlainAnswer plain = PlainAnswer.read(json);

    assertThat(plain)
        .isNotNull()
        .extracting(PlainAnswer::ofStream)
        .isEqualTo(Json.mapper().readValue(json, StreamAnswer.class));
    same(answer.replace("@", TASK));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "1",
        "[]",
        "{}",
        "{}}",
        "{\"line\":1}x",
        "{\"line\":null}",
        "{\"line\":\"1\"}",
        "{\"line\":1.0}",
        "{\"line\":-1}",
        "{\"line\":01}",
        "{\"line\":1234567890}",
        "{\"line\":99999999999999999999}",
        "{\"line\":1,\"line\":2}",
        "{\"line\":1,\"ref\":2}",
        "{\"line\":1,\"more\":2}",
        "{\"line\":1,\"id\":\"\"}",
        "{\"line\":1,\"id\":null}",
        "{\"line\":1,\"id\":\"01arz3ndektsv4rrffq69g5fav\"}",
        "{\"line\":1,\"state\":\"completed\"}",
        "{\"line\":1,\"state\":\"\"}",
        "{\"line\":1,\"state\":3}",
        "{\"line\":1,\"state\":null}",
        "{\"ref\":null}",
        "{\"ref\":{\"a\":1,\"a\":2}}",
        "{\"result\":{\"a\":1,\"a\":2}}",
        "{\"result\":\"\\u00e9\\/\"}",
        "{\"result\":\"\\ud800\"}",
        "{\"result\":\"a\uFFFDb\"}",
        "{\"line\":1,\"error\":{\"code\":\"x\",\"message\":\"y\",\"retryable\":false}}",
        "{\"line\":1,\"problem\":{\"type\":\"a\",\"title\":\"b\",\"status\":503,\"detail\":\"c\"}}"
      })
  void otherAnswersAreReadByTheMapper(String answer) {
    same(answer);
  }

  @Test
  void whateverIsInAnAnswerItIsReadAsTheMapperReadsIt() {
    Random random = new Random(4711);
    int plain = 0;
    for (int number = 0; number < MUTANTS; number++) {
      String own = random.nextBoolean() ? "{\"line\":" + number : "{\"ref\":\"" + number + '"';
      String answer = DamagedJson.of(own + TASK + ",\"result\":[1,\"a\"]}", random, 3);
      same(answer);
      plain += PlainAnswer.read(bytes(answer)) == null ? 0 : 1;
    }
    assertThat(plain).isBetween(MUTANTS / 10, MUTANTS * 9 / 10); // else it proves little
  }

  @Test
  void everyAnswerIsWrittenAsTheMapperWritesIt() {
    for (LineAnswer answer : answers()) {
      assertThat(new String(answer.json(), StandardCharsets.UTF_8))
          .isEqualTo(Json.mapper().writeValueAsString(answer));
    }
  }

  private static List<LineAnswer> answers() {
    TaskError error = new TaskError("x", "ä\n\"", true);
    Problem problem = Problem.notFound("there is none").with("more", 1);
    List<@Nullable JsonText> texts =
        Arrays.asList(
            null,
            JsonText.NULL,
            new JsonText("1.50"),
            new JsonText("\"ä€😀\\n/\""),
            new JsonText("{\"a\": [1]}"));
    List<LineAnswer> answers = new ArrayList<>();
    for (JsonText text : texts) {
      for (TaskId id : Arrays.asList(ID, null)) {
        for (TaskState state : Arrays.asList(TaskState.COMPLETED, TaskState.QUEUED, null)) {
          for (TaskError failure : Arrays.asList(error, null)) {
            for (Problem refusal : Arrays.asList(problem, null)) {
              answers.add(new BulkAnswer(Long.MAX_VALUE, id, state, text, failure, refusal));
              for (JsonText ref : texts) {
                answers.add(new StreamAnswer(ref, null, id, state, text, failure, refusal));
                answers.add(new StreamAnswer(ref, 7L, id, state, text, failure, refusal));
              }
            }
          }
        }
      }
    }
    return answers;
  }

  private static void same(String answer) {
    byte[] json = bytes(answer);
    assertThat(outcome(json, StreamAnswer::read))
        .as(answer)
        .isEqualTo(outcome(json, text -> Json.mapper().readValue(text, StreamAnswer.class)));
    assertThat(outcome(json, BulkAnswer::read))
        .as(answer)
        .isEqualTo(outcome(json, text -> Json.mapper().readValue(text, BulkAnswer.class)));
  }

  /** What is read, or what is said to be wrong with it. */
  private static @Nullable Object outcome(byte[] json, Function<byte[], ?> reader) {
    try {
      return reader.apply(json);
    } catch (RuntimeException e) {
      return HttpServer.problem(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
