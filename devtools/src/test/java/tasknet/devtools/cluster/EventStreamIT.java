package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasknet.client.EventQuery;
import tasknet.client.EventStream;
import tasknet.client.TaskSubmission;
import tasknet.client.TasknetClient;
import tasknet.client.Told;
import tasknet.task.JsonText;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/** A client listens to a real dispatcher, which is killed meanwhile. */
@Timeout(120)
class EventStreamIT extends OnTestCluster {
  @Test
  void aTaskIsFollowedAcrossAKillOfTheDispatcher() throws Exception {
    cluster.startNameservice();
    cluster.startWorker("waiter", "wait", "sum");
    ClusterProcess dispatcher = cluster.startDispatcher();
    cluster.awaitWorkers("waiter");
    TasknetClient client = cluster.client();
    EventQuery sums = new EventQuery(Set.of(new TaskType("sum")), List.of());
    TaskId id = client.submit(TaskSubmission.of("wait", new JsonText("8"))).id();
    try (EventStream task = client.events().of(id);
        EventStream all = client.events().all(sums)) {
      int before = progress(task).percent();
      assertThat(before).isBetween(1, 99);
      client.submit(TaskSubmission.of("sum", new JsonText("[1]")));
      assertThat(states(all, 3))
          .containsExactly(TaskState.QUEUED, TaskState.RUNNING, TaskState.COMPLETED);

      dispatcher.kill();
      cluster.startDispatcher();
      Told gap = task.next().orElseThrow();
      while (gap instanceof Told.Progressed) {
        gap = task.next().orElseThrow(); // from before the kill
      }
      assertThat(gap).isInstanceOf(Told.Gap.class);
      TaskEvent standing = ((Told.Changed) task.next().orElseThrow()).event();
      assertThat(standing.state()).isEqualTo(TaskState.RUNNING);
      TaskProgress kept = Objects.requireNonNull(standing.progress());
      assertThat(kept.percent()).isGreaterThanOrEqualTo(before);
      TaskProgress shown = Objects.requireNonNull(client.find(id).orElseThrow().progress());
      assertThat(shown.percent()).isGreaterThanOrEqualTo(kept.percent());
      assertThat(progress(task).percent()).isGreaterThan(before);

      assertThat(all.next().orElseThrow()).isInstanceOf(Told.Gap.class);
      cluster.awaitWorkers("waiter");
      client.submit(TaskSubmission.of("sum", new JsonText("[2]")));
      assertThat(states(all, 3))
          .containsExactly(TaskState.QUEUED, TaskState.RUNNING, TaskState.COMPLETED);
      assertThat(end(task)).isEqualTo(TaskState.COMPLETED);
      assertThat(task.next()).isEmpty();
    }
    assertThat(client.find(id).orElseThrow().progress()).isNull();
  }

  @Test
  void aStopOfTheDispatcherEndsNoStreamOfTheClient() throws Exception {
    cluster.startNameservice();
    ClusterProcess dispatcher = cluster.startDispatcher();
    TasknetClient client = cluster.client();
    await().until(() -> client.types().types().isEmpty());
    TaskId id = client.submit(TaskSubmission.of("sum", new JsonText("[1]"))).id();
    try (EventStream task = client.events().of(id)) {
      assertThat(states(task, 1)).containsExactly(TaskState.QUEUED);
      assertThat(dispatcher.terminate()).isZero();
      cluster.startDispatcher();
      client.cancel(id);

      assertThat(end(task)).isEqualTo(TaskState.CANCELLED);
    }
  }

  private static TaskProgress progress(EventStream stream) throws InterruptedException {
    while (true) {
      if (stream.next().orElseThrow() instanceof Told.Progressed(TaskEvent event)
          && event.progress() != null) {
        return event.progress();
      }
    }
  }

  private static List<TaskState> states(EventStream stream, int count) throws InterruptedException {
    List<TaskState> states = new ArrayList<>();
    while (states.size() < count) {
      if (stream.next().orElseThrow() instanceof Told.Changed(TaskEvent event)) {
        states.add(event.state());
      }
    }
    return states;
  }

  private static TaskState end(EventStream stream) throws InterruptedException {
    TaskState state = TaskState.QUEUED;
    while (!state.ended()) {
      state = states(stream, 1).getFirst();
    }
    return state;
  }
}
