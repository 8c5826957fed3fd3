package tasknet.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.client.simulation.SimulatedTask.Via;
import tasknet.task.JsonText;

final class TaskFileTest {
  @Test
  void payloadsKeepTheirDigitsAndDefaultsAreFilledIn() {
    List<SimulatedTask> tasks =
        TaskFile.parse(
            "tasks.json",
            """
            {"tasks": [
              {"type": "sum", "payload": [1.10, 12345678901234567890.10], "expect": {"result": 1.0}},
              {"type": "Any Name", "payload": null, "expect": {"error": "malformed"},
               "via": "submit"}
            ]}""");
    assertThat(tasks)
        .containsExactly(
            new SimulatedTask(
                1,
                "sum",
                new JsonText("[1.10,12345678901234567890.10]"),
                new Expectation.Result(new JsonText("1.0")),
                Via.CALL),
            new SimulatedTask(
                2, "Any Name", JsonText.NULL, new Expectation.ErrorCode("malformed"), Via.SUBMIT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense|f is not valid JSON",
        "[]|f, the file: [] is not allowed; it must be an object with the field tasks",
        "{\"tasks\":[]}|f, tasks: [] is not allowed; it must be a list with at least one task",
        "{\"tasks\":5}|f, tasks: 5 is not allowed",
        "{\"tasks\":[G,5]}|f, task 2: 5 is not allowed; it must be an object with the fields",
        "{\"tasks\":[G,null]}|f, task 2: null is not allowed",
        "{\"tasks\":[{\"payload\":1,E}]}|f, task 1: the field type is missing",
        "{\"tasks\":[{\"type\":\"a\",E}]}|f, task 1: the field payload is missing",
        "{\"tasks\":[{\"type\":\"a\",\"payload\":1}]}|f, task 1: the field expect is missing",
        "{\"tasks\":[{\"type\":7,\"payload\":1,E}]}|f, task 1, type: 7 is not allowed",
        "{\"tasks\":[{\"type\":\"a\",\"payload\":1,E,\"by\":1}]}|f, task 1: there is no field by;",
        "{\"tasks\":[{\"type\":\"a\",\"payload\":1,E,\"via\":\"x\"}]}|it must be call or submit",
        "{\"tasks\":[{\"type\":\"a\",\"payload\":1,\"expect\":{}}]}|f, task 1, expect: {} is not",
        "{\"tasks\":[{\"type\":\"a\",\"payload\":1,\"expect\":{\"resultLike\":\"(\"}}]}|Unclosed",
        "{\"tasks\":[{\"type\":\"a\",\"payload\":1,\"expect\":{\"error\":5}}]}|expect.error: 5",
      })
  void aWrongFileIsToldThePlaceAndWhatIsAllowed(String text, String message) {
    String good = "{\"type\":\"a\",\"payload\":1,E}";
    String json = text.replace("G", good).replace("E", "\"expect\":{\"result\":1}");
    assertThatThrownBy(() -> TaskFile.parse("f", json))
        .isInstanceOf(TaskFileException.class)
        .hasMessageContaining(message);
  }
}
