package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.testkit.Futures.get;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.task.DueCallback;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.CallbackStatus;
import tasknet.task.CallbackStatus.State;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;

/** What is kept of callbacks, on real files. */
class SqliteCallbacksIT {
  private static final String HERE = "localhost:8000";

  @TempDir Path folder;
  private final Sample sample = new Sample();
  private final AtomicInteger signals = new AtomicInteger();

  @SuppressWarnings("NullAway.Init")
  private SqliteTaskStore store;

  @BeforeEach
  void open() {
    store = SqliteStores.open(folder);
    store.callbacks().whenDue(signals::incrementAndGet);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aCallbackIsKeptWithItsTaskAndDueOnlyAfterItsEnd() {
    QueuedTask task = add("http://localhost:8000/a");
    assertThat(get(store.queued(Sample.HASH, 4, 0, 9, Long.MAX_VALUE))).containsExactly(task);
    assertThat(callback(task.id()))
        .isEqualTo(CallbackStatus.waiting(URI.create("http://localhost:8000/a")));
    assertThat(store.callbacks().receivers()).isEmpty();
    assertThat(signals).hasValue(0);

    get(store.begin(sample.start(task.nextAttempt())));
    assertThat(store.running().getFirst().task()).isEqualTo(task);
    get(store.end(sample.failed(task.nextAttempt(), TaskState.SCHEDULED, true)));
    assertThat(store.callbacks().receivers()).isEmpty();
    get(store.cancel(task.id(), sample.now()));

    assertThat(signals).hasValue(1);
    assertThat(store.callbacks().receivers()).containsExactly(HERE);
    assertThat(due()).extracting(DueCallback::task).containsExactly(task.id());
    assertThat(store.callbacks().pending()).isEqualTo(1);
  }

  @Test
  void aTaskWithoutOneLeavesNothingBehind() throws Exception {
    QueuedTask task = get(store.add(sample.ids.next(), Sample.request(Sample.HASH), sample.now()));
    get(store.begin(sample.start(task.nextAttempt())));
    get(store.end(sample.completed(task.nextAttempt(), "1")));

    assertThat(signals).hasValue(0);
    store.close();
    assertThat(SqliteStores.ask(folder, "SELECT count(*) FROM callback")).isEqualTo("0");
  }

  @Test
  void aTryIsKeptOnceAndWhatItLeadsTo() {
    QueuedTask task = ended("http://localhost:8000/a");
    DueCallback first = due().getFirst();
    Callbacks.Result later =
        new Callbacks.Result(State.PENDING, 500, null, sample.now().plusSeconds(5));

    assertThat(get(store.callbacks().tried(first, later))).isTrue();
    assertThat(get(store.callbacks().tried(first, later))).isFalse();
    assertThat(due()).isEmpty();
    assertThat(store.callbacks().nextDue(sample.now())).contains(sample.now().plusSeconds(5));
    assertThat(callback(task.id()).lastStatus()).isEqualTo(500);
    sample.advance(Duration.ofSeconds(5));
    DueCallback second = due().getFirst();
    assertThat(second.attempts()).isEqualTo(1);
    get(store.callbacks().tried(second, new Callbacks.Result(State.DELIVERED, 200, null, null)));

    assertThat(callback(task.id()))
        .isEqualTo(
            new CallbackStatus(
                URI.create("http://localhost:8000/a"), State.DELIVERED, 2, 200, null, null));
    assertThat(store.callbacks().receivers()).isEmpty();
    assertThat(store.callbacks().pending()).isZero();
  }

  @Test
  void eachReceiverHasALineOfItsOwnAndAllOfItIsThereAfterARestart() {
    List<TaskId> here = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      here.add(ended("http://LOCALHOST:8000/" + number).id());
      sample.advance(Duration.ofMillis(1));
      ended("https://example.org/" + number);
    }
    store.close();
    open();

    assertThat(store.callbacks().receivers()).containsExactly("example.org:443", HERE);
    assertThat(due()).extracting(DueCallback::task).containsExactlyElementsOf(here);
    assertThat(store.callbacks().due(HERE, sample.now(), 2)).hasSize(2);
  }

  @Test
  void whatIsDeletedTakesItsCallbackWithIt() throws Exception {
    ended("http://localhost:8000/a");
    store.close();

    SqliteStores.ask(folder, "DELETE FROM task");

    assertThat(SqliteStores.ask(folder, "SELECT count(*) FROM callback")).isEqualTo("0");
  }

  private QueuedTask add(String url) {
    TaskTerms terms = TaskTerms.STANDARD.withCallback(URI.create(url));
    return get(store.add(sample.ids.next(), Sample.request(Sample.HASH).with(terms), sample.now()));
  }

  private QueuedTask ended(String url) {
    QueuedTask task = add(url);
    get(store.cancel(task.id(), sample.now()));
    return task;
  }

  private List<DueCallback> due() {
    return store.callbacks().due(HERE, sample.now(), 100);
  }

  private CallbackStatus callback(TaskId task) {
    return java.util.Objects.requireNonNull(store.find(task).orElseThrow().callback());
  }
}
