package tasknet.devtools.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tasknet.client.TaskSubmission;
import tasknet.http.JsonClient;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tools.jackson.databind.JsonNode;

/** One task: its way, its values, its log, and what can be done to it. */
class TaskPageIT extends OnPage {
  @Test
  void itsWayIsShownStepByStep() throws Exception {
    TaskId task = cluster().submit("wait", 0.2);

    browser().open("/tasks/" + task);

    browser().awaitText("h1 ~ .badge", "completed");
    browser()
        .awaitUntil(
            "each step has a bar",
            () ->
                browser()
                    .texts(".waterfall .name")
                    .containsAll(
                        List.of("stored", "queued", "sent, acknowledged", "run", "result stored")));
    assertThat(browser().texts(".waterfall .name"))
        .anyMatch(name -> name.startsWith("attempt 1 wait-"));
    browser().click("#timeline summary");
    assertThat(browser().texts("#timeline tbody td:nth-child(2)"))
        .containsSubsequence(
            "received", "stored", "queued", "begun", "sent", "acknowledged", "result", "committed");
  }

  @Test
  void itsLogIsExactlyWhatAllServicesLoggedOfIt() throws Exception {
    TaskId task = cluster().submit("upper", "hello");
    cluster().submit("upper", "another");
    browser().open("/tasks/" + task);
    browser().awaitText("h1 ~ .badge", "completed");

    browser()
        .awaitUntil(
            "the log is the same",
            () -> {
              List<String> logged = logged(task);
              return logged.size() >= 5 && browser().texts("#task-log .message").equals(logged);
            });
    assertThat(browser().texts("#task-log .service")).contains("dispatcher", "worker-upper");
  }

  @Test
  void aDeadOneIsGivenAnotherPayload() throws Exception {
    TaskId task = cluster().submit("sum", "one");
    browser().open("/tasks/" + task);
    browser().awaitText(".banner", "invalid-payload");

    browser().clickWord(".head", "Edit and requeue");
    browser().awaitThat("dialog textarea");
    browser().type("dialog textarea", "[1, 2,");
    browser().awaitText("dialog .wrong", "Not JSON");
    assertThat(browser().shows("dialog button.primary:disabled")).isTrue();
    browser().type("dialog textarea", "[1, 2, 3.5]");
    browser().answer("Requeue with this payload");

    browser().awaitText("h1 ~ .badge", "completed");
    assertThat(cluster().state(task)).isEqualTo(TaskState.COMPLETED);
    browser().awaitUntil("its result", () -> browser().texts(".json").contains("6.5"));
    assertThat(browser().texts(".waterfall .name"))
        .anyMatch(name -> name.startsWith("attempt 2 sum-"));
  }

  @Test
  void aRunningOneIsCancelled() throws Exception {
    TaskId task = cluster().submit("wait", 600);
    browser().open("/tasks/" + task);
    browser().awaitText("h1 ~ .badge", "running");

    browser().clickWord(".head", "Cancel");
    browser().awaitText("dialog", "Cancel task " + task + "?");
    browser().answer("Cancel the task");

    browser().awaitText("h1 ~ .badge", "cancelled");
    assertThat(cluster().state(task)).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void eachOfItsAttemptsHasItsOutcome() throws Exception {
    TaskStatus task =
        cluster()
            .client()
            .submit(
                TaskSubmission.of("wait", 600)
                    .withTimeout(Duration.ofMillis(100))
                    .withMaxAttempts(2));
    browser().open("/tasks/" + task.id());

    browser().awaitText("h1 ~ .badge", "dead");

    assertThat(browser().texts(".waterfall .name"))
        .anyMatch(name -> name.startsWith("attempt 1"))
        .anyMatch(name -> name.startsWith("attempt 2"))
        .contains("waited for its retry");
    assertThat(browser().text("main")).contains("timeout");
    browser().clickWord("#timeline", "Attempt 2");
    browser()
        .awaitUntil(
            "only that attempt",
            () ->
                browser().texts(".waterfall .name").stream()
                    .noneMatch(it -> it.startsWith("attempt 1")));
  }

  @Test
  void oneThatIsNotKnownIsSaidToBe() {
    browser().open("/tasks/01M859VW1QAM35R7NYCSC1N1T3");
    browser().awaitText("h1", "No such task");
    browser().open("/tasks/nonsense");
    browser().awaitText("h1", "No such task");
    // What the browser itself says of the answer 404 is meant.
    browser().complaints();
  }

  private List<String> logged(TaskId task) throws Exception {
    try (JsonClient http = new JsonClient(cluster().monitoring(), Duration.ofSeconds(10))) {
      return http.get("/api/logs?limit=500&task=" + task, JsonNode.class)
          .path("entries")
          .valueStream()
          .map(entry -> entry.path("message").asString())
          .toList()
          .reversed();
    }
  }
}
