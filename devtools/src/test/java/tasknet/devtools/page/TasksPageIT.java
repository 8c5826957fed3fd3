package tasknet.devtools.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import tasknet.client.TaskSubmission;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/** The list of tasks: filter, paging, pause, and what is done to many. */
class TasksPageIT extends OnPage {
  private static final String ROWS = "table.tasks tbody tr";

  private String label = "";

  @BeforeEach
  void ownLabel() {
    label = "test:" + System.nanoTime();
  }

  @Test
  void aFilterStandsInTheAddressAndCanBeShared() throws Exception {
    cluster().everyOutcome();
    browser().open("/tasks");
    browser().awaitThat(ROWS);

    browser().click("label:has(input[value=DEAD])");
    browser().awaitUntil("only dead ones", () -> states().equals(List.of("dead")));
    browser().choose("select[name=type]", "sum");
    browser().awaitUntil("of one type", () -> browser().address().contains("type=sum"));

    String address = browser().address();
    assertThat(address).isEqualTo("/tasks?state=DEAD&type=sum");
    browser().open(address);
    browser().awaitThat(ROWS);
    assertThat(states()).containsExactly("dead");
    assertThat(browser().texts(ROWS + " td:nth-child(4)")).containsOnly("sum");
    browser().back();
    browser()
        .awaitUntil("back to all types", () -> browser().address().equals("/tasks?state=DEAD"));
  }

  @Test
  void aTextIsLookedForWhereverItIs() throws Exception {
    TaskId wanted = submit("reverse", "the needle in it", 1).getFirst();
    submit("reverse", "hay", 3);
    browser().open("/tasks");

    browser().press("/");
    browser().type("input[name=text]", "NEEDLE");

    browser().awaitUntil("it is found", () -> ids().equals(List.of(wanted.toString())));
    assertThat(browser().address()).isEqualTo("/tasks?text=NEEDLE");
  }

  @Test
  void pagesAreGoneThroughWithoutAGap() throws Exception {
    List<TaskId> tasks = submit("upper", "page", 120);
    List<String> newestFirst =
        new ArrayList<>(tasks.reversed().stream().map(TaskId::toString).toList());
    browser().open("/tasks?label=" + label);
    browser().awaitUntil("the first page", () -> ids().equals(newestFirst.subList(0, 50)));

    browser().click("[data-older]");
    browser().awaitUntil("the second page", () -> ids().equals(newestFirst.subList(50, 100)));
    browser().click("[data-older]");
    browser().awaitUntil("the third page", () -> ids().equals(newestFirst.subList(100, 120)));
    assertThat(browser().shows("[data-older]")).isFalse();
    browser().clickWord(".pager", "Newer");
    browser().awaitUntil("back again", () -> ids().equals(newestFirst.subList(50, 100)));
    browser().clickWord(".pager", "Newest");
    browser().awaitUntil("the first page again", () -> ids().equals(newestFirst.subList(0, 50)));
  }

  @Test
  void itFollowsUntilItIsPaused() throws Exception {
    browser().open("/tasks?label=" + label);
    String first = submit("hash", "x", 1).getFirst().toString();
    browser().awaitUntil("what is new comes by itself", () -> ids().equals(List.of(first)));

    browser().clickWord(".head", "Live");
    browser().awaitText(".head", "Paused");
    int dead =
        Integer.parseInt(browser().texts("nav .number.bad").stream().findFirst().orElse("0"));
    String second = submit("sum", "no number", 1).getFirst().toString();
    // The rest of the page goes on, so time has passed in which the list could have changed.
    browser().awaitText("nav .number.bad", "" + (dead + 1));
    assertThat(ids()).containsExactly(first);

    browser().press("p");
    browser().awaitUntil("it goes on", () -> ids().equals(List.of(second, first)));
  }

  @Test
  void manyAreCancelledWhenThatWasConfirmed() throws Exception {
    List<TaskId> tasks = submit(PageCluster.NO_WORKER, "x", 5);
    browser().open("/tasks?label=" + label);
    browser().awaitUntil("all are there", () -> ids().size() == 5);

    browser().click("thead input[type=checkbox]");
    browser().clickWord(".chosen-bar", "Cancel");
    browser().awaitText("dialog", "Cancel 5 tasks?");
    browser().answer("Keep as it is");
    assertThat(cluster().state(tasks.getFirst())).isEqualTo(TaskState.QUEUED);

    browser().clickWord(".chosen-bar", "Cancel");
    browser().awaitText("dialog", "Cancel 5 tasks?");
    browser().answer("Cancel 5 tasks");
    browser().awaitText(".toasts", "5 tasks cancelled.");
    browser().awaitUntil("that is seen", () -> states().equals(List.of("cancelled")));
    for (TaskId task : tasks) {
      assertThat(cluster().state(task)).isEqualTo(TaskState.CANCELLED);
    }
  }

  @Test
  void manyAreRequeuedAndItIsToldWhichWereNot() throws Exception {
    List<TaskId> dead = submit("sum", "no number", 3);
    submit("reverse", "fine", 1);
    browser().open("/tasks?label=" + label);
    browser()
        .awaitUntil(
            "all have ended",
            () -> ids().size() == 4 && states().equals(List.of("completed", "dead")));

    browser().click("thead input[type=checkbox]");
    browser().clickWord(".chosen-bar", "Requeue");
    browser().answer("Requeue 4 tasks");

    browser().awaitText(".toasts", "3 tasks requeued. 1 not: completed already.");
    for (TaskId task : dead) {
      assertThat(cluster().client().find(task).orElseThrow().attempts()).isNotEmpty();
      browser()
          .awaitUntil(
              "it was tried again",
              () -> cluster().client().find(task).orElseThrow().attempts().size() == 2);
    }
  }

  @Test
  void whatIsNotAllowedIsSaid() {
    browser().open("/tasks?label=nonsense");
    browser().awaitText(".banner.bad", "label");
    assertThat(browser().text(".banner.bad")).contains("nonsense");
  }

  @Test
  void theKeyboardIsEnough() throws Exception {
    TaskId task = submit("reverse", "x", 1).getFirst();
    browser().open("/");
    browser().press("g", "t");
    browser().awaitUntil("the list", () -> browser().address().equals("/tasks"));
    browser().awaitThat(ROWS + "[data-task='" + task.toString() + "']");

    browser().press("j");
    browser().press(Keys.ENTER);

    browser().awaitThat("#timeline");
    assertThat(browser().address()).startsWith("/tasks/");
    browser().press("?");
    browser().awaitText("dialog", "Keyboard");
    browser().press(Keys.ESCAPE);
    browser().awaitUntil("the dialog is closed", () -> !browser().shows("dialog"));
  }

  private List<TaskId> submit(String type, String payload, int count) throws InterruptedException {
    String[] pair = label.split(":", 2);
    List<TaskId> ids = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      ids.add(
          cluster()
              .client()
              .submit(TaskSubmission.of(type, payload).withLabels(Map.of(pair[0], pair[1])))
              .id());
    }
    return ids;
  }

  private List<String> ids() {
    return browser().attributes(ROWS, "data-task");
  }

  private List<String> states() {
    return browser().texts(ROWS + " .badge").stream().distinct().sorted().toList();
  }
}
