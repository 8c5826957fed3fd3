package tasknet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tasknet.task.JsonText;
import tasknet.task.TaskPage;
import tasknet.task.TaskStatus;
import tools.jackson.core.JacksonException;

final class RecordNullnessTest {
  private static final String REST =
      """
      "id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","type":"hash","state":"COMPLETED",\
      "createdAt":"2026-01-01T00:00:00Z","timeout":"PT30S","maxAttempts":3,"priority":4,"attempts":[]}""";

  @Test
  void aNullableComponentMayBeAbsentOrNull() {
    assertThat(Json.mapper().readValue("{\"tasks\":[]}", TaskPage.class).next()).isNull();
    assertThat(Json.mapper().readValue("{\"tasks\":[],\"next\":null}", TaskPage.class).next())
        .isNull();
  }

  @Test
  void anotherComponentMustBeGiven() {
    assertThatThrownBy(() -> Json.mapper().readValue("{\"next\":\"x\"}", TaskPage.class))
        .isInstanceOf(JacksonException.class)
        .hasMessageContaining("tasks");
    assertThatThrownBy(() -> Json.mapper().readValue("{\"tasks\":null}", TaskPage.class))
        .isInstanceOf(JacksonException.class)
        .hasMessageContaining("tasks");
  }

  @Test
  void theResultNullIsAResultAndAnAbsentOneIsNone() {
    assertThat(task("{\"payload\":1,").result()).isNull();
    assertThat(task("{\"payload\":1,\"result\":null,").result()).isEqualTo(JsonText.NULL);
  }

  @Test
  void thePayloadNullIsAPayloadAndAnAbsentOneIsLeftOut() {
    assertThat(task("{\"payload\":null,").payload()).isEqualTo(JsonText.NULL);
    assertThat(task("{\"waitingFor\":\"x\",").payload()).isNull();
  }

  private static TaskStatus task(String start) {
    return Json.mapper().readValue(start + REST, TaskStatus.class);
  }
}
