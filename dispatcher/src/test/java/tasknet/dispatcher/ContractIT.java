package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.Contract;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.task.TaskId;

/** {@code openapi.yaml}; {@link WiredDispatcher} holds every answer of every test against it. */
class ContractIT {
  private static final String ID = "01M859VW1QAM35R7NYCSC1N1T3";

  @TempDir private Path folder = Path.of("");

  @Test
  void theDispatcherServesIt() {
    try (WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
      WiredDispatcher.Answer answer = dispatcher.get("/openapi.yaml");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).isEqualTo("application/yaml");
      assertThat(new Contract(answer.response().body()).operations()).hasSizeGreaterThan(10);
    }
  }

  @Test
  void noTextIsCutByAComma() {
    String cut = "paths: {}\ntags:\n  - {name: a, description: one, two}";

    assertThat(new Contract(cut).empty()).containsExactly("/tags/-/two");
    assertThat(Contract.SERVED.empty()).isEmpty();
  }

  @Test
  void everyCallInItExists() {
    try (WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
      for (Contract.Operation operation : Contract.SERVED.operations()) {
        String path = operation.path().replace("{id}", ID).replaceAll("\\{\\w+}", "1");
        if (path.endsWith("/events")) {
          path += "?lastEventId=wrong"; // else it would be answered for ever
        }
        String body = operation.method().matches("GET|DELETE") ? null : "{}";

        WiredDispatcher.Answer answer =
            WiredDispatcher.answer(dispatcher.send(operation.method(), path, body));

        assertThat(answer.text("detail"))
            .doesNotContain("there is no " + operation.method() + " /");
        assertThat(answer.status()).as("%s", operation).isNotEqualTo(405);
      }
    }
  }

  @Test
  void anAnswerThatIsNotPromisedIsFound() {
    Contract contract = Contract.SERVED;
    String cancelled = "{\"id\":\"" + ID + "\",\"state\":\"CANCELLED\",\"was\":\"QUEUED\"}";
    String json = "application/json";
    String task = "/tasks/" + TaskId.parse(ID);

    assertThat(contract.violations("DELETE", task, 200, json, cancelled)).isEmpty();
    assertThat(contract.violations("DELETE", task, 200, json, cancelled.replace("was", "from")))
        .hasSize(2); // one is missing, one is not known
    assertThat(contract.violations("DELETE", task, 200, json, cancelled.replace("QUEUED", "DEAD")))
        .hasSize(1);
    assertThat(contract.violations("DELETE", task, 200, "text/plain", cancelled)).hasSize(1);
    assertThat(contract.violations("DELETE", task, 202, json, cancelled)).hasSize(1);
    assertThat(contract.violations("DELETE", task, 404, json, "{}")).hasSize(1);
    assertThat(contract.violations("GET", "/nowhere", 200, json, "{}")).hasSize(1);
  }
}
