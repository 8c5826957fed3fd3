package tasknet.devtools.page;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import tasknet.client.ScheduleSubmission;
import tasknet.client.TaskSubmission;
import tasknet.devtools.page.Browser.Theme;
import tasknet.devtools.page.Browser.Width;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * Makes the pictures in {@code docs/images}: {@code .build/screenshots}. Not a test, so its name
 * does not end like one.
 */
class Screenshots extends OnPage {
  private static final Path IMAGES = Path.of("../docs/images");
  private static final Duration LOAD = Duration.ofMinutes(4);
  private static final List<String> CUSTOMERS = List.of("acme", "globex", "initech");

  @Test
  void make() throws Exception {
    Files.createDirectories(IMAGES);
    Map<TaskState, TaskId> tasks = cluster().everyOutcome();
    cluster()
        .client()
        .schedules()
        .add(
            ScheduleSubmission.of(
                "nightly-report", "30 2 * * *", TaskSubmission.of("hash", "report")));
    TaskId retried =
        cluster()
            .client()
            .submit(
                TaskSubmission.of("wait", 5)
                    .withTimeout(Duration.ofMillis(400))
                    .withMaxAttempts(3)
                    .withLabels(Map.of("customer", "acme")))
            .id();
    load();

    for (Theme theme : Theme.values()) {
      String end = theme == Theme.DARK ? "-dark.png" : ".png";
      browser().look(Width.DESKTOP, theme);
      picture("/?range=5m", "overview" + end, "time-chart canvas");
      picture("/tasks", "tasks" + end, "table.tasks tbody tr");
      picture("/tasks/" + retried, "task" + end, "#task-log .entry");
      picture("/workers", "workers" + end, "[data-worker]");
      picture("/logs", "logs" + end, ".log .entry");
      picture("/dead", "dead-letters" + end, "[data-group]");
      picture("/types", "types" + end, "[data-type]");
    }
    browser().look(Width.PHONE, Theme.LIGHT);
    picture("/?range=5m", "overview-phone.png", "time-chart canvas");
    picture("/tasks/" + tasks.get(TaskState.DEAD), "task-phone.png", "#task-log .entry");
  }

  /** Tasks of all kinds, more and fewer in turn. */
  private void load() throws InterruptedException {
    RandomGenerator random = RandomGeneratorFactory.getDefault().create(7);
    Instant end = Instant.now().plus(LOAD);
    for (int number = 0; Instant.now().isBefore(end); number++) {
      TaskSubmission task =
          switch (random.nextInt(40)) {
            case 0 -> TaskSubmission.of("sum", "one");
            case 1, 2, 3 -> TaskSubmission.of("wait", random.nextInt(1, 30) / 10.0);
            case 4, 5, 6, 7, 8, 9 -> TaskSubmission.of("sum", List.of(1, 2, number));
            case 10, 11, 12, 13, 14, 15 -> TaskSubmission.of("upper", "order " + number);
            case 16, 17, 18, 19 -> TaskSubmission.of("random_fact", null);
            default ->
                TaskSubmission.of(random.nextBoolean() ? "reverse" : "hash", "invoice " + number);
          };
      cluster()
          .client()
          .submit(task.withLabels(Map.of("customer", CUSTOMERS.get(number % CUSTOMERS.size()))));
      // Waves, so that the charts have a shape.
      Thread.sleep(Duration.ofMillis(Math.round(25 + 20 * Math.sin(number / 150.0))));
    }
  }

  private void picture(String address, String file, String shown) throws Exception {
    browser().open(address);
    browser().awaitThat(shown);
    browser().awaitUntil("nothing is waited for", () -> !browser().text("main").contains("Asking"));
    browser()
        .awaitUntil(
            "all is drawn", () -> "complete".equals(browser().run("return document.readyState")));
    browser().screenshot(IMAGES.resolve(file));
  }
}
