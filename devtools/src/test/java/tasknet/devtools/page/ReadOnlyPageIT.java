package tasknet.devtools.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/** Unless it was allowed, the page changes nothing, and says so. */
class ReadOnlyPageIT extends OnPage {
  @Override
  boolean writable() {
    return false;
  }

  @Test
  void nothingCanBeChangedAndItIsSaidWhatAllowsIt() throws Exception {
    TaskId task = cluster().submit(PageCluster.NO_WORKER, "x");
    browser().open("/tasks/" + task);
    browser().awaitThat(".head .actions button");
    browser().awaitText(".version", "read-only");

    assertThat(browser().texts(".head .actions button:not(:disabled)")).isEmpty();
    assertThat(browser().attributes(".head .actions button", "title"))
        .allMatch(it -> it.contains("TASKNET_MONITORING_WRITABLE=true"));

    Object answer =
        browser()
            .runAsync(
                "const answer = await fetch('/api/dispatcher/tasks/' + arguments[0],"
                    + " {method: 'DELETE', headers: {'X-Tasknet-Action': '1'}});"
                    + "return answer.status + ' ' + await answer.text()",
                task.toString());
    assertThat(answer.toString()).startsWith("403 ").contains("TASKNET_MONITORING_WRITABLE");
    assertThat(cluster().state(task)).isEqualTo(TaskState.QUEUED);
  }
}
