package tasknet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tasknet.http.BulkAnswer;
import tasknet.http.ProblemException;

/** A dispatcher that does not answer every line of a bulk. */
class BrokenBulkIT {
  private static final String KEPT =
      "{\"line\":1,\"id\":\"01M859VW1QAM35R7NYCSC1N1T3\",\"state\":\"QUEUED\"}\n";
  private static final String STOPS =
      "{\"line\":2,\"problem\":{\"type\":\"urn:tasknet:problem:draining\",\"title\":\"Draining\","
          + "\"status\":503,\"detail\":\"it stops\"}}\n";

  private final List<BulkAnswer> answers = new ArrayList<>();

  @Test
  void linesThatADispatcherThatStopsDidNotReadAreAFailure() {
    assertThatThrownBy(() -> bulk(KEPT + "\n" + STOPS))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("it stops");
    assertThat(answers).hasSize(2);
  }

  @Test
  void anAnswerThatBreaksOffIsAFailure() {
    assertThatThrownBy(() -> bulk(KEPT)).isInstanceOf(UnreachableException.class);
    assertThat(answers).hasSize(1);
  }

  /** Hands in three tasks, with a blank line between them. */
  private void bulk(String answer) throws InterruptedException {
    try (ScriptedDispatcher dispatcher =
            new ScriptedDispatcher(
                routes ->
                    routes.post(
                        "/tasks",
                        context -> context.contentType(BulkAnswer.MEDIA_TYPE).result(answer)));
        TasknetClient client = new TasknetClient(dispatcher.uri())) {
      client.bulkLines(List.of("{}", "{}", "", "{}").iterator(), null, answers::add);
    }
  }
}
