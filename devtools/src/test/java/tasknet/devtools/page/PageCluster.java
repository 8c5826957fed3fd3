package tasknet.devtools.page;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tasknet.client.TaskSubmission;
import tasknet.client.TasknetClient;
import tasknet.devtools.LocalCluster;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/** A live cluster to look at, with all types of the checkout's {@code workers.json}. */
final class PageCluster implements AutoCloseable {
  /** No worker runs it. */
  static final String NO_WORKER = "translate";

  private final LocalCluster cluster;
  private final LocalCluster.Addresses addresses;
  private final TasknetClient client;

  /**
   * @param folder for its data and logs
   * @param writable whether the page may change something
   */
  PageCluster(Path folder, boolean writable) throws IOException, InterruptedException {
    Map<String, String> told = new HashMap<>();
    told.put("TASKNET_DATA_DIR", folder.resolve("data").toString());
    told.put("LOG_DIR", folder.resolve("logs").toString());
    told.put("TASKNET_DOCKER_HOST", "none");
    told.put("TASKNET_MONITORING_WRITABLE", "" + writable);
    told.put("TASKNET_WORKERS_FILE", Path.of("../workers.json").toAbsolutePath().toString());
    cluster = new LocalCluster(LocalCluster.Ports.FREE, Path.of("../workers.json"), told);
    addresses = cluster.start();
    client = new TasknetClient(addresses.dispatcher());
  }

  URI monitoring() {
    return addresses.monitoring();
  }

  TasknetClient client() {
    return client;
  }

  TaskId submit(String type, Object payload) throws InterruptedException {
    return client.submit(TaskSubmission.of(type, payload)).id();
  }

  /** A task of each outcome, and one of each state in between; returns when they are there. */
  Map<TaskState, TaskId> everyOutcome() throws InterruptedException {
    Map<TaskState, TaskId> tasks = new HashMap<>();
    tasks.put(TaskState.COMPLETED, submit("reverse", "hello"));
    tasks.put(TaskState.DEAD, submit("sum", "one, two"));
    tasks.put(TaskState.RUNNING, submit("wait", 600));
    tasks.put(TaskState.QUEUED, submit(NO_WORKER, List.of("a", 1)));
    tasks.put(
        TaskState.SCHEDULED,
        client.submit(TaskSubmission.of("hash", "later").withDelay(Duration.ofHours(1))).id());
    tasks.put(
        TaskState.EXPIRED,
        client
            .submit(TaskSubmission.of(NO_WORKER, "late").withDeadline(Duration.ofMillis(50)))
            .id());
    TaskId cancelled = submit(NO_WORKER, "never");
    client.cancel(cancelled);
    tasks.put(TaskState.CANCELLED, cancelled);
    tasks.forEach((state, id) -> await().until(() -> state(id) == state));
    return tasks;
  }

  TaskState state(TaskId id) throws InterruptedException {
    return client.find(id).orElseThrow().state();
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
  }
}
