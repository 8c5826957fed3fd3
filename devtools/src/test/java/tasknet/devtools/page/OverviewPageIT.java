package tasknet.devtools.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasknet.task.TaskState;
import tasknet.task.TypeStatus;

/** The first page tells what the dispatcher tells. */
class OverviewPageIT extends OnPage {
  @Test
  void itsCountsAreTheDispatchersAndFollowThem() throws Exception {
    cluster().everyOutcome();
    browser().open("/");
    browser().awaitUntil("the counts are the same", () -> shown().equals(counted()));

    cluster().submit("sum", "three");
    cluster().submit("upper", "hello");

    browser()
        .awaitUntil(
            "the counts have followed",
            () -> shown().equals(counted()) && shown().get(TaskState.DEAD) == 2);
    assertThat(browser().text("nav .number.bad")).isEqualTo("2");
  }

  @Test
  void whatIsWrongLeadsToWhereItIsSeen() throws Exception {
    cluster().submit(PageCluster.NO_WORKER, "x");
    browser().open("/");
    browser().awaitText("#attention", "of type translate wait");

    browser().click("#attention a[href*='type=translate']");

    browser().awaitThat("table.tasks tbody tr");
    assertThat(browser().address()).isEqualTo("/tasks?type=translate&state=QUEUED");
    assertThat(browser().texts("table.tasks tbody td:nth-child(4)")).containsOnly("translate");
  }

  @Test
  void itsChartsShowWhatWasKept() {
    browser().open("/?range=1h");
    browser().awaitThat("time-chart canvas");
    assertThat(browser().texts("time-chart")).hasSize(3);
    assertThat(browser().text(".segments a[aria-current]")).isEqualTo("1h");
  }

  private Map<TaskState, Long> shown() {
    Map<TaskState, Long> shown = new EnumMap<>(TaskState.class);
    for (TaskState state : TaskState.values()) {
      shown.put(
          state,
          Long.valueOf(browser().text("[data-state=" + state + "]").replace(",", "").strip()));
    }
    return shown;
  }

  private Map<TaskState, Long> counted() throws InterruptedException {
    Map<TaskState, Long> counted = new EnumMap<>(TaskState.class);
    for (TypeStatus type : cluster().client().types().types()) {
      counted.merge(TaskState.SCHEDULED, type.scheduled(), Long::sum);
      counted.merge(TaskState.QUEUED, type.queued(), Long::sum);
      counted.merge(TaskState.RUNNING, type.running(), Long::sum);
      counted.merge(TaskState.COMPLETED, type.completed(), Long::sum);
      counted.merge(TaskState.DEAD, type.dead(), Long::sum);
      counted.merge(TaskState.CANCELLED, type.cancelled(), Long::sum);
      counted.merge(TaskState.EXPIRED, type.expired(), Long::sum);
    }
    return counted;
  }
}
