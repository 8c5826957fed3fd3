package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.exchange.WorkerLink;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.task.AttemptLinks;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.TypeRules;
import tasknet.dispatcher.testkit.FaultyStore;
import tasknet.dispatcher.testkit.LogLines;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.registry.Departure;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.registry.WorkerStatus;
import tasknet.runtime.Backoff;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTrace;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;
import tasknet.tracing.Tracing;
import tasknet.wire.LinkCounters;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;

/**
 * A dispatch loop on its own thread, with a real store and a real socket, in a time that stands
 * still until {@link #pass}. {@link #settle} waits until it has done all that it can do now.
 */
final class LoopUnderTest implements AutoCloseable {
  private static final int INLINE_BYTES = 880;
  private static final int TRACES = 100;

  static final Duration TICK = Duration.ofMillis(25);

  final TestClock clock = new TestClock();
  final LogLines log = new LogLines();
  private final TaskIds ids = new TaskIds(clock, new Random(1));
  private final Path folder;
  private final DispatchSettings settings;
  private TypeRules rules;
  private final long maxWaiting = Long.MAX_VALUE;
  private @Nullable Running now;
  private final List<Departure> departures = new ArrayList<>();
  private long epoch;
  private long revision;

  private record Running(
      DispatchLoop loop, SqliteTaskStore file, FaultyStore store, MessageLink link) {}

  LoopUnderTest(Path folder) {
    this(folder, DispatchSettings.DEFAULT);
  }

  LoopUnderTest(Path folder, DispatchSettings settings) {
    this(folder, settings, TypeRules.NONE);
  }

  /**
   * @param rules of the first loop, and of others unless they {@link #start(TypeRules) get their
   *     own}
   */
  LoopUnderTest(Path folder, DispatchSettings settings, TypeRules rules) {
    this.folder = folder;
    this.settings = settings;
    this.rules = rules;
    start();
  }

  /** Starts a loop that has other rules than the one before. */
  void start(TypeRules next) {
    rules = next;
    start();
  }

  /** Starts a loop with what the store has; the one before must have ended. */
  void start() {
    SqliteTaskStore file =
        new SqliteTaskStore(
            new SqliteTaskStore.Options(folder, SqliteTaskStore.Options.DEFAULT_MAX_BYTES),
            log.logger());
    file.start();
    FaultyStore store = new FaultyStore(file);
    LinkCounters counters = new LinkCounters();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    UdpLink udp = new UdpLink(any, MessageLink.DEFAULT_DATAGRAM, counters, log.logger());
    MessageLink link =
        new MessageLink(
            udp, "dispatcher", ++epoch, MessageLink.DEFAULT_DATAGRAM, counters, log.logger());
    Running next = new Running(loop(store, link), file, store, link);
    now = next;
    next.loop.start();
  }

  private DispatchLoop loop(FaultyStore store, MessageLink link) {
    AttemptLinks links = new AttemptLinks(() -> URI.create("http://localhost:1"));
    TaskTraces traces = new TaskTraces(TRACES, clock, clock);
    return new DispatchLoop(
        store,
        new WorkerLink(link, links, INLINE_BYTES, traces, new Random(2)),
        settings,
        rules,
        maxWaiting,
        new Waiters(traces),
        traces,
        Tracing.OFF,
        clock,
        clock,
        new Random(1),
        log.logger());
  }

  /** Ends the loop as if the process were killed: attempts go on at the workers. */
  void kill() {
    running().loop.close();
    running().store.close();
    now = null;
  }

  DispatchLoop loop() {
    return running().loop;
  }

  FaultyStore store() {
    return running().store;
  }

  LinkCounters counters() {
    return running().link.counters();
  }

  InetSocketAddress address() {
    return running().link.address();
  }

  // ---- what happens ----------------------------------------------------------------------------

  /** The nameservice tells of these workers, and of the departures so far. */
  void register(ScriptedWorker... workers) {
    loop()
        .workersChanged(
            new WorkerList(
                ++revision,
                Arrays.stream(workers).map(ScriptedWorker::registration).toList(),
                departures));
    for (ScriptedWorker worker : workers) {
      worker.dispatcherAt(address());
    }
    settle();
  }

  /** From the next list on the nameservice tells of this departure. */
  void departed(ScriptedWorker worker, long epoch, Departure.Kind kind, @Nullable String cause) {
    departures.add(
        new Departure(
            new WorkerId(worker.name()), epoch, kind, cause, clock.instant(), revision + 1));
  }

  /** A task with payload 1 and up to three attempts, the first retry after a second. */
  TaskId submit(String type) {
    return submit(type, 3);
  }

  TaskId submit(String type, int maxAttempts) {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0);
    return submit(
        new TaskRequest(
            new TaskType(type),
            new JsonText("1"),
            TaskRequest.DEFAULT_TIMEOUT,
            maxAttempts,
            backoff));
  }

  TaskId submit(TaskRequest request) {
    TaskId id = ids.next();
    get(loop().submit(id, request));
    settle();
    return id;
  }

  /** Many at a time, as they come from many clients. */
  List<TaskId> submitMany(String type, int count) {
    TaskRequest request = TaskRequest.of(new TaskType(type), new JsonText("1"));
    List<CompletableFuture<QueuedTask>> all =
        IntStream.range(0, count).mapToObj(_ -> loop().submit(ids.next(), request)).toList();
    List<TaskId> tasks = all.stream().map(each -> get(each).id()).toList();
    settle();
    return tasks;
  }

  /** One whose commit nobody waits for. */
  CompletableFuture<QueuedTask> submitLater(String type) {
    return loop().submit(ids.next(), TaskRequest.of(new TaskType(type), new JsonText("1")));
  }

  Cancellation cancel(TaskId task) {
    Cancellation cancellation = get(loop().cancel(task));
    settle();
    return cancellation;
  }

  TaskId newId() {
    return ids.next();
  }

  /** Lets time pass, tick by tick, and all happen that is due. */
  void pass(Duration duration) {
    Duration left = duration;
    while (left.isPositive()) {
      Duration step = left.compareTo(TICK) > 0 ? TICK : left;
      clock.advance(step);
      settle();
      left = left.minus(step);
    }
  }

  /** Waits until what was begun has gone through the store and left the loop. */
  void settle() {
    for (int round = 0; round < 3; round++) {
      // The store answers in order, so all that was asked before is answered when this is.
      get(running().file.queued(new TaskType("none"), 0, Long.MAX_VALUE, 0, 0));
      turn();
    }
  }

  /** The loop takes its turn after at most 256 pieces of work, so there is one between these. */
  private void turn() {
    CompletableFuture<?> last = loop().workerStatus();
    for (int count = 0; count < 256; count++) {
      last = loop().workerStatus();
    }
    get(last);
  }

  // ---- what is to be seen ----------------------------------------------------------------------

  TaskStatus task(TaskId id) {
    return store().find(id).orElseThrow();
  }

  TaskTrace trace(TaskId id) {
    return get(loop().trace(id));
  }

  TaskState state(TaskId id) {
    return task(id).state();
  }

  List<WorkerStatus> workers() {
    return get(loop().workerStatus());
  }

  WorkerStatus worker(ScriptedWorker worker) {
    return workers().stream()
        .filter(status -> status.id().name().equals(worker.name()))
        .findFirst()
        .orElseThrow();
  }

  /** The loop's count of waiting tasks is that of the store, and nothing went wrong unseen. */
  void assertSound() {
    settle();
    Map<TaskType, Long> queued = new TreeMap<>();
    store()
        .counts()
        .forEach(
            (type, states) -> {
              long tasks = states.getOrDefault(TaskState.QUEUED, 0L);
              if (tasks != 0) {
                queued.put(type, tasks);
              }
            });
    assertThat(loop().waiting().byType()).as("waiting tasks").isEqualTo(queued);
    assertThat(loop().waitingTasks())
        .isEqualTo(queued.values().stream().mapToLong(Long::longValue).sum());
    assertThat(log.errors()).filteredOn(line -> !line.contains("is tried again")).isEmpty();
  }

  static AttemptId attempt(TaskId task, int number) {
    return new AttemptId(task, number);
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    if (now != null) {
      kill();
    }
  }

  private Running running() {
    if (now == null) {
      throw new IllegalStateException("the loop is not running");
    }
    return now;
  }
}
