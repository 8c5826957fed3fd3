package tasknet.devtools.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tasknet.client.ScheduleSubmission;
import tasknet.client.TaskSubmission;
import tasknet.devtools.page.Browser.Theme;
import tasknet.devtools.page.Browser.Width;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/** What holds for each page at each width in each theme. */
class EveryPageIT extends OnPage {
  private static final List<String> PAGES =
      List.of(
          "/",
          "/tasks",
          "/tasks/DEAD",
          "/tasks/COMPLETED",
          "/workers",
          "/containers",
          "/logs",
          "/dead",
          "/types",
          "/schedules");

  private Map<TaskState, TaskId> tasks = Map.of();

  @BeforeAll
  void fill() throws InterruptedException {
    tasks = cluster().everyOutcome();
    cluster()
        .client()
        .schedules()
        .add(ScheduleSubmission.of("nightly", "0 3 * * *", TaskSubmission.of("reverse", "x")));
  }

  static Stream<Arguments> views() {
    return PAGES.stream()
        .flatMap(
            page ->
                Stream.of(Width.values())
                    .flatMap(
                        width ->
                            Stream.of(Theme.values())
                                .map(theme -> Arguments.of(page, width, theme))));
  }

  @ParameterizedTest
  @MethodSource("views")
  void everyoneCanUseItAndTheBrowserHasNoComplaint(String page, Width width, Theme theme) {
    browser().complaints();
    browser().look(width, theme);
    browser().open(address(page));
    browser().awaitThat(".card, .banner");
    browser().awaitUntil("nothing is waited for", () -> !browser().text("main").contains("Asking"));

    assertThat(browser().barriers()).isEmpty();
    assertThat(browser().complaints()).isEmpty();
    assertThat(browser().overflow()).as("pixels that stick out").isNotPositive();
    assertThat(browser().run("return document.documentElement.dataset.theme"))
        .isEqualTo(theme == Theme.DARK ? "dark" : "light");
  }

  private String address(String page) {
    String state = page.replace("/tasks/", "");
    return page.equals("/tasks/" + state) ? "/tasks/" + tasks.get(TaskState.valueOf(state)) : page;
  }
}
