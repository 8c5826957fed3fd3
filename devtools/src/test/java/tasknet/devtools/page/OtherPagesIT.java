package tasknet.devtools.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tasknet.client.ScheduleSubmission;
import tasknet.client.TaskSubmission;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;

/** Workers, dead letters, types, schedules and logs show what there is, and change it. */
class OtherPagesIT extends OnPage {
  @Test
  void eachWorkerHasATile() throws Exception {
    browser().open("/workers");
    List<String> workers =
        cluster().client().workers().workers().stream().map(it -> it.id().name()).toList();
    browser()
        .awaitUntil(
            "a tile each",
            () ->
                browser().attributes("[data-worker]", "data-worker").containsAll(workers)
                    && browser().texts("[data-worker]").size() == workers.size());
    assertThat(browser().text("main")).contains("What there should be is there.");
    browser()
        .awaitUntil(
            "none runs anything",
            () -> browser().texts("[data-worker] .badge").stream().allMatch("ready"::equals));

    browser().click("[data-worker='" + workers.getFirst() + "'] header a");
    assertThat(browser().address()).isEqualTo("/tasks?worker=" + workers.getFirst());
  }

  @Test
  void withoutDockerItSaysSo() {
    browser().open("/containers");
    browser().awaitText("main", "Docker is not seen");
    assertThat(browser().text("main"))
        .contains("TASKNET_DOCKER_HOST is none", "Everything else on this page works");
  }

  @Test
  void whatDiedOfTheSameIsRequeuedTogetherOrDeleted() throws Exception {
    for (int number = 0; number < 3; number++) {
      cluster().submit("hash", number);
    }
    browser().open("/dead");
    String row = "tr[data-group]:has(td:nth-child(2))";
    browser()
        .awaitUntil(
            "three in a group",
            () ->
                browser().texts(row).stream()
                    .anyMatch(it -> it.startsWith("3") && it.contains("wanted a text, got")));
    // Other tests may have left groups of their own.
    String group =
        "tr[data-group='%s']"
            .formatted(
                browser()
                    .run(
                        "return [...document.querySelectorAll('tr[data-group]')]"
                            + ".find(it => it.innerText.includes('wanted a text')).dataset.group"));

    browser().clickWord(group, "Requeue");
    browser().awaitText("dialog", "Bring all 3 tasks of this group back into the queue?");
    browser().answer("Requeue the group");
    browser().awaitText(".toasts", "3 tasks requeued.");
    browser().awaitUntil("they died again", () -> type("hash").dead() == 3);

    browser().clickWord(group, "Delete");
    browser().answer("Delete the group");
    browser().awaitText(".toasts", "3 tasks deleted.");
    browser().awaitUntil("the group is gone", () -> !browser().shows(group));
    assertThat(type("hash").dead()).isZero();
  }

  @Test
  void aTypeIsPausedAndResumed() throws Exception {
    browser().open("/types");
    browser().clickWord("[data-type=reverse]", "Pause");
    browser().awaitText("[data-type=reverse] .badge", "paused");
    TaskId task = cluster().submit("reverse", "held back");
    browser().awaitUntil("it waits", () -> type("reverse").queued() == 1);
    assertThat(cluster().state(task)).isEqualTo(TaskState.QUEUED);

    browser().clickWord("[data-type=reverse]", "Resume");

    browser().awaitUntil("it ran", () -> cluster().state(task) == TaskState.COMPLETED);
    browser().awaitText("[data-type=reverse] .badge", "works");
  }

  @Test
  void theLimitsOfATypeAreSet() throws Exception {
    browser().open("/types");
    browser().clickWord("[data-type=upper]", "Limits");
    browser().type("dialog textarea", "{\"running\": 0}");
    browser().awaitText("dialog .wrong", "running must be null or a whole number above 0.");
    browser().type("dialog textarea", "{\"running\": 1, \"startsPerSecond\": 7.5}");
    browser().answer("Set the limits");

    browser().awaitText("[data-type=upper]", "7.5 set at run time");
    TypeStatus.Limits limits = Objects.requireNonNull(type("upper").limits());
    assertThat(limits.running()).isEqualTo(1);
    assertThat(limits.startsPerSecond()).isEqualTo(7.5);
  }

  @Test
  void aScheduleIsPausedResumedAndDeleted() throws Exception {
    cluster()
        .client()
        .schedules()
        .add(ScheduleSubmission.of("nightly", "0 3 * * *", TaskSubmission.of("reverse", "x")));
    browser().open("/schedules");
    browser().awaitText("[data-schedule=nightly]", "0 3 * * *");

    browser().clickWord("[data-schedule=nightly]", "Pause");
    browser().awaitText("[data-schedule=nightly] .badge", "paused");
    browser().clickWord("[data-schedule=nightly]", "Resume");
    browser().awaitText("[data-schedule=nightly] .badge", "on");
    browser().clickWord("[data-schedule=nightly]", "Delete");
    browser().answer("Delete the schedule");
    browser().awaitText("main", "No schedules.");
  }

  @Test
  void theLogComesAsItIsWritten() throws Exception {
    browser().open("/logs?service=worker-reverse");
    browser().awaitThat(".log .entry");

    TaskId task = cluster().submit("reverse", "seen live");

    browser().awaitText(".log .entry .message", "task=" + task);
    assertThat(browser().texts(".log .service")).containsOnly("worker-reverse");
    browser().click(".log .message a[href='/tasks/" + task + "']");
    browser().awaitText("h1", task.toString());
  }

  @Test
  void theLogIsFilteredAndGoneBackIn() throws Exception {
    TaskId task =
        cluster()
            .client()
            .submit(TaskSubmission.of("sum", "a needle").withLabels(Map.of("a", "b")))
            .id();
    browser().awaitUntil("it has ended", () -> cluster().state(task) == TaskState.DEAD);
    browser().open("/logs");
    browser().awaitThat(".log .entry");

    browser().click("#as-regex");
    browser().type("input[name=text]", "attempt (failed|lost).*" + task);
    browser()
        .awaitUntil(
            "only what fits",
            () ->
                !browser().texts(".log .message").isEmpty()
                    && browser().texts(".log .message").stream()
                        .allMatch(it -> it.contains("attempt failed") && it.contains("" + task)));
    browser().type("input[name=text]", "(");
    browser().awaitThat(".banner.bad");
    browser().complaints(); // the browser's own word for the answer 400
    browser().open("/logs?before=2020-01-01T00:00:00Z");
    browser().awaitText("main", "No log entry matches.");
  }

  private TypeStatus type(String name) throws InterruptedException {
    return cluster().client().types().types().stream()
        .filter(it -> it.type().equals(new TaskType(name)))
        .findFirst()
        .orElseThrow();
  }
}
