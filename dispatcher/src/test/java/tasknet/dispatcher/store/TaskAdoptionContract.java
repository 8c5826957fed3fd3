package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.store.Sample.HASH;
import static tasknet.dispatcher.store.Sample.UPPER;
import static tasknet.dispatcher.testkit.Futures.get;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.JsonText;
import tasknet.task.Labels;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tasknet.task.TraceContext;

/** How every {@link TaskStore} takes over tasks that were kept elsewhere. */
abstract class TaskAdoptionContract {
  final Sample sample = new Sample();

  @SuppressWarnings("NullAway.Init")
  TaskStore store;

  /** Opens the store of that name: empty the first time, then with what was kept before. */
  abstract TaskStore open(String name);

  @BeforeEach
  void openStore() {
    store = open("store");
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void adoptedTasksStandAsTheyWouldHadTheyBeenHereAllTheTime() {
    List<HeldTask> tasks = allKinds();
    get(store.adopt(tasks));
    TaskStore other = open("other");
    tasks.forEach(task -> bring(other, task));

    for (HeldTask task : tasks) {
      TaskStatus status = store.find(task.task().id()).orElseThrow();
      assertThat(status).isEqualTo(other.find(task.task().id()).orElseThrow());
      assertThat(status.state()).isEqualTo(task.state());
      assertThat(status.result()).isEqualTo(task.result());
      assertThat(get(store.snapshot(status.id())).orElseThrow().task())
          .isEqualTo(get(other.snapshot(status.id())).orElseThrow().task());
    }
    assertThat(store.search(TaskFilter.ALL, 100)).isEqualTo(other.search(TaskFilter.ALL, 100));
    assertThat(store.counts()).isEqualTo(other.counts());
    assertThat(store.oldestQueued()).isEqualTo(other.oldestQueued());
    assertThat(store.running()).isEqualTo(other.running());
    for (int priority = 0; priority <= TaskTerms.HIGHEST_PRIORITY; priority++) {
      assertThat(queue(store, priority)).isEqualTo(queue(other, priority));
    }
    assertThat(store.lastPosition()).isEqualTo(other.lastPosition());
    other.close();
  }

  @Test
  void aTaskThatIsHereIsLeftAsItIs() {
    HeldTask queued = held(request("1"), TaskState.QUEUED);
    HeldTask running = held(request("2"), TaskState.RUNNING);
    HeldTask completed = held(request('"' + "x".repeat(5_000) + '"'), TaskState.COMPLETED);
    assertThat(get(store.adopt(List.of(queued, running)))).isEqualTo(2);
    get(store.end(sample.failed(running.task().nextAttempt(), TaskState.DEAD, true)));
    get(store.cancel(queued.task().id(), sample.now()));
    List<TaskStatus> before = store.list(TaskFilter.ALL, 9);

    HeldTask further = completedBy(queued);
    assertThat(get(store.adopt(List.of(further, running, completed, completed)))).isEqualTo(1);
    assertThat(get(store.adopt(List.of(further, running, completed)))).isZero();
    assertThat(get(store.adopt(List.of()))).isZero();

    assertThat(store.list(TaskFilter.ALL, 9).subList(1, 3)).isEqualTo(before);
    assertThat(store.find(completed.task().id()).orElseThrow().payload())
        .isEqualTo(completed.task().request().payload());
    assertThat(store.counts())
        .isEqualTo(
            Map.of(
                HASH,
                Map.of(TaskState.CANCELLED, 1L, TaskState.DEAD, 1L, TaskState.COMPLETED, 1L)));
  }

  @Test
  void eachLargePayloadStaysWithItsTaskAmongOthersThatAreHereAlready() {
    List<HeldTask> tasks = new ArrayList<>();
    for (int number = 0; number < 40; number++) {
      String text = String.valueOf(number).repeat(number % 3 == 0 ? 1 : 2_000);
      Labels labels = new Labels(Map.of("number", "n" + number));
      TaskTerms terms = TaskTerms.STANDARD.withLabels(labels);
      tasks.add(held(request('"' + text + '"').with(terms), TaskState.COMPLETED));
    }
    get(store.adopt(tasks.subList(10, 20)));

    assertThat(get(store.adopt(tasks))).isEqualTo(30);

    for (HeldTask task : tasks) {
      assertThat(store.find(task.task().id()).orElseThrow().payload())
          .isEqualTo(task.task().request().payload());
    }
  }

  @Test
  void theyQueueInTheirOrderBehindThoseThatAreHereAndGoOn() {
    QueuedTask first = get(store.add(sample.ids.next(), request("1"), sample.now()));
    HeldTask third = held(request("3"), TaskState.QUEUED);
    HeldTask second = held(request("2"), TaskState.QUEUED);
    HeldTask running = held(request("4"), TaskState.RUNNING);
    get(store.adopt(List.of(second, running, third)));
    QueuedTask last = get(store.add(sample.ids.next(), request("5"), sample.now()));

    List<QueuedTask> queue = queue(store, TaskTerms.DEFAULT_PRIORITY);
    assertThat(queue)
        .extracting(QueuedTask::id)
        .containsExactly(first.id(), second.task().id(), third.task().id(), last.id());
    assertThat(queue).extracting(QueuedTask::position).isSorted().doesNotHaveDuplicates();
    assertThat(store.running())
        .extracting(task -> task.start().attempt())
        .containsExactly(running.task().nextAttempt());
    assertThat(get(store.begin(sample.start(queue.get(1).nextAttempt())))).isTrue();
    assertThat(get(store.end(sample.completed(running.task().nextAttempt(), "1")))).isTrue();
  }

  @Test
  void theyAreThereAfterClosingAndOpeningAgain() {
    List<HeldTask> tasks = allKinds();
    get(store.adopt(tasks));
    List<TaskStatus> before = store.list(TaskFilter.ALL, 100);

    store.close();
    store = open("store");

    assertThat(store.list(TaskFilter.ALL, 100)).isEqualTo(before).hasSameSizeAs(tasks);
    assertThat(get(store.adopt(tasks))).isZero();
  }

  /** Tasks with all that may be in a row, in every state. */
  List<HeldTask> allKinds() {
    TaskTerms marked =
        TaskTerms.STANDARD
            .withLabels(new Labels(Map.of("customer", "4711", "note", "ä€😀")))
            .withTrace(
                TraceContext.read(
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=b,c=d"))
            .withPriority(9);
    TaskTerms owned =
        TaskTerms.STANDARD
            .withDeadline(sample.now().plus(Duration.ofDays(1)))
            .withSchedule(new ScheduledTick("nightly", sample.now()))
            .withCallback(URI.create("https://example.org/told"));
    List<HeldTask> tasks = new ArrayList<>();
    for (TaskState state : List.of(TaskState.QUEUED, TaskState.RUNNING, TaskState.COMPLETED)) {
      for (String payload : List.of("1", '"' + "ü".repeat(1_799) + '"', "1".repeat(100_000))) {
        for (TaskTerms terms : List.of(TaskTerms.STANDARD, marked, owned)) {
          tasks.add(held(request(payload).with(terms), state));
        }
      }
      tasks.add(held(TaskRequest.of(UPPER, JsonText.NULL), state));
    }
    return tasks;
  }

  /** Its result is as long as its payload, and its times have more digits than are kept. */
  private HeldTask held(TaskRequest request, TaskState state) {
    sample.advance(Duration.ofNanos(1_234_567));
    TaskId id = sample.ids.next();
    QueuedTask task = new QueuedTask(id, request, sample.now(), 0, 0, 0);
    HeldTask queued = new HeldTask(task, null, null);
    return switch (state) {
      case RUNNING -> new HeldTask(task, sample.start(task.nextAttempt()), null);
      case COMPLETED -> completedBy(queued);
      default -> queued;
    };
  }

  private HeldTask completedBy(HeldTask held) {
    QueuedTask task = held.task();
    return new HeldTask(
        task,
        sample.start(task.nextAttempt()),
        sample.completed(task.nextAttempt(), task.request().payload().text()));
  }

  /** The long way. */
  static void bring(TaskStore store, HeldTask held) {
    QueuedTask task = held.task();
    get(store.add(task.id(), task.request(), task.createdAt()));
    if (held.start() != null) {
      assertThat(get(store.begin(held.start()))).isTrue();
    }
    if (held.end() != null) {
      assertThat(get(store.end(held.end()))).isTrue();
    }
  }

  private static TaskRequest request(String payload) {
    return Sample.request(HASH, payload);
  }

  private static List<QueuedTask> queue(TaskStore store, int priority) {
    return get(store.queued(HASH, priority, 0, 1_000, Long.MAX_VALUE));
  }
}
