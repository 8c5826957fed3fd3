package tasknet.dispatcher.dispatch;

import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.exchange.WorkerLink;
import tasknet.dispatcher.queue.TypeQueue;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.dispatcher.task.TypeRules;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.registry.WorkerStatus;
import tasknet.runtime.EventLoop;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskTrace;
import tasknet.task.TaskType;
import tasknet.tracing.Tracing;

/**
 * The heart of the dispatcher: one thread that owns the ready queues, the workers and the running
 * attempts, and is told of everything that happens as work on its event loop.
 *
 * <p>A task goes through it in one direction. {@link #submit} writes it to the store; when that is
 * committed it is queued ({@link ReadyTasks}); when a worker has a free slot ({@link Workers}) its
 * attempt is begun in the store; when that is committed it is sent ({@link Attempts}); the worker's
 * result ({@link WorkerReports}), its silence ({@link Liveness}) or its death ({@link Deaths}) is
 * written to the store; when that is committed the worker may forget it and whoever waits is told
 * ({@link Waiters}). Each step starts from a commit, so a crash anywhere leaves a state from which
 * the next process goes on.
 *
 * <p>The store decides what is true: every change there is a compare-and-set on the attempt's
 * number, so whatever this loop believes, a stale attempt changes nothing.
 */
public final class DispatchLoop implements EventLoop.Owner, AutoCloseable {
  private final TaskStore store;
  private final InstantSource clock;
  private final NanoClock nanos;
  private final Waiters waiters;
  private final DispatchCounters counters = new DispatchCounters();
  private final TaskActivity activity;
  private final TaskTraces traces;
  private final EventLoop loop;
  private final StoreWrites writes;
  private final WorkerLink link;
  private final Workers workers;
  private final TypeLimits limits = new TypeLimits();
  private final TypeControl types;
  private final ReadyTasks ready;
  private final Deadlines deadlines;
  private final Submissions submissions;
  private final Attempts attempts;
  private final LostWorkers lostWorkers;
  private final ProgressReports progress;
  private final WorkerReports reports;
  private final Liveness liveness;
  private final Deaths deaths;
  private final DeadTasks deadTasks;
  private volatile Map<TaskType, Integer> liveWorkers = Map.of();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private boolean draining;

  /**
   * @param link to the workers; started by {@link #start}
   * @param rules of which the limits matter here
   * @param maxWaiting how many tasks may wait at the same time
   * @param traces those that the link is given, too
   * @param tracing where the spans of tasks go
   * @param random for the choice of workers and for jitter
   */
  public DispatchLoop(
      TaskStore store,
      WorkerLink link,
      DispatchSettings settings,
      TypeRules rules,
      long maxWaiting,
      Waiters waiters,
      TaskTraces traces,
      Tracing tracing,
      InstantSource clock,
      NanoClock nanos,
      RandomGenerator random,
      Logger log) {
    this(
        store,
        link,
        settings,
        rules,
        maxWaiting,
        waiters,
        traces,
        tracing,
        Thread::startVirtualThread,
        clock,
        nanos,
        random,
        log);
  }

  /**
   * @param readers where the store is asked for what is not written in order, so that the loop does
   *     not wait for it
   */
  DispatchLoop(
      TaskStore store,
      WorkerLink link,
      DispatchSettings settings,
      TypeRules rules,
      long maxWaiting,
      Waiters waiters,
      TaskTraces traces,
      Tracing tracing,
      Executor readers,
      InstantSource clock,
      NanoClock nanos,
      RandomGenerator random,
      Logger log) {
    this.store = store;
    this.clock = clock;
    this.nanos = nanos;
    this.waiters = waiters;
    this.traces = traces;
    this.link = link;
    activity = new TaskActivity(nanos.nanoTime());
    loop =
        new EventLoop(
            "dispatch",
            nanos,
            this,
            (_, fault) -> log.error("a fault in the dispatch loop", fault));
    writes = new StoreWrites(loop, nanos, settings.retryStoreAfter(), log);
    workers = new Workers(random);
    types = new TypeControl(store.typeOverrides(), rules, limits, loop, nanos, log);
    ready =
        new ReadyTasks(
            store,
            writes,
            type -> !workers.of(type).isEmpty(),
            readers,
            new WaitingTasks(maxWaiting, type -> types.limits(type).waiting(), nanos),
            traces,
            clock,
            nanos);
    TaskSpans spans = new TaskSpans(tracing, clock);
    deadlines = new Deadlines(store, writes, ready, waiters, traces, readers, clock, nanos, log);
    submissions =
        new Submissions(
            store, ready, deadlines, counters, activity, traces, spans, loop, clock, nanos, log);
    attempts =
        new Attempts(
            store,
            writes,
            link,
            workers,
            limits,
            ready,
            deadlines,
            new RetryPolicy(clock, random),
            waiters,
            counters,
            activity,
            traces,
            settings,
            spans,
            clock,
            nanos,
            log);
    lostWorkers = new LostWorkers(store, writes, workers, attempts, log);
    progress = new ProgressReports(store, writes, clock);
    reports =
        new WorkerReports(
            workers,
            attempts,
            lostWorkers,
            progress,
            link,
            counters,
            traces,
            settings.probeInterval().toNanos(),
            nanos,
            log);
    liveness = new Liveness(workers, link, attempts, lostWorkers, settings, nanos.nanoTime());
    deaths = new Deaths(workers, lostWorkers);
    deadTasks =
        new DeadTasks(store.deadLetters(), ready, deadlines, counters, traces, loop, clock, log);
  }

  /** Takes up what the store knows, and begins to work. Call it once. */
  public void start() {
    startByHand().start();
  }

  /** The same without a thread: whoever calls takes the turns of the loop. */
  EventLoop startByHand() {
    types.recover();
    ready.recover();
    deadlines.recover();
    link.start(inbound -> loop.execute(() -> reports.received(inbound)));
    loop.execute(
        () -> {
          attempts.recover();
          long now = nanos.nanoTime();
          workers.all().forEach(worker -> liveness.watch(worker, now));
          // Some attempts may be of an earlier process of their worker.
          workers.all().forEach(lostWorkers::restarted);
        });
    return loop;
  }

  // ---- what others ask for, from any thread ----------------------------------------------------

  /**
   * Keeps a task; completes when it is committed, and fails as {@link TaskStore#add} does.
   *
   * @throws QueueFullException if as many wait as may
   */
  public CompletableFuture<QueuedTask> submit(TaskId id, TaskRequest request) {
    return submissions.submit(id, request);
  }

  /**
   * The same, unless there is a task of the same key.
   *
   * @throws QueueFullException if as many wait as may, whether there is one or not
   */
  public CompletableFuture<Addition> submitOnce(TaskId id, TaskRequest request, SubmissionKey key) {
    return submissions.submitOnce(id, request, key);
  }

  /** What was added with that key before, if it is still kept. */
  public CompletableFuture<Optional<Addition>> known(SubmissionKey key) {
    return store.known(key, clock.instant());
  }

  /** Takes up a task that was added to the store by another way, for instance by a schedule. */
  public void added(QueuedTask task) {
    submissions.added(task);
  }

  /** Ends a task that has not ended. */
  public CompletableFuture<Cancellation> cancel(TaskId id) {
    return store
        .cancel(id, clock.instant())
        .whenComplete(
            (cancellation, failure) -> {
              if (failure == null) {
                loop.execute(() -> attempts.cancelled(id, cancellation));
              }
            });
  }

  /** The DEAD tasks: to bring them back, or to delete them. */
  public DeadTasks deadTasks() {
    return deadTasks;
  }

  /** A worker delivered the outcome of an attempt otherwise than over UDP. */
  public CompletableFuture<Delivery> deliver(AttemptId attempt, Outcome outcome) {
    CompletableFuture<Delivery> delivery = new CompletableFuture<>();
    loop.execute(() -> attempts.deliver(attempt, outcome, delivery));
    return delivery;
  }

  /** Whether that attempt is the one that its task runs. */
  public CompletableFuture<Boolean> isRunning(AttemptId attempt) {
    return CompletableFuture.supplyAsync(() -> attempts.isOpen(attempt), loop);
  }

  /** The registry has changed. Looks up the addresses of the workers before it returns. */
  public void workersChanged(WorkerList list) {
    Map<WorkerId, InetSocketAddress> addresses = Workers.addresses(list);
    loop.execute(
        () -> {
          deaths.told(list.departures(), nanos.nanoTime());
          workers.update(list, addresses, nanos.nanoTime(), lostWorkers::restarted);
          liveWorkers =
              workers.types().stream()
                  .collect(Collectors.toUnmodifiableMap(it -> it, it -> workers.of(it).size()));
        });
  }

  /** All workers that are registered or have attempts, by name. */
  public CompletableFuture<List<WorkerStatus>> workerStatus() {
    return CompletableFuture.supplyAsync(
        () ->
            workers.all().stream()
                .filter(worker -> worker.registered || !worker.isIdle())
                .sorted(Comparator.comparing(worker -> worker.id))
                .map(worker -> worker.status(nanos.nanoTime()))
                .toList(),
        loop);
  }

  /** What happened on the way of a task, as far as is known. */
  public CompletableFuture<TaskTrace> trace(TaskId id) {
    return CompletableFuture.supplyAsync(() -> traces.trace(id), loop);
  }

  /** The types for which a worker is registered. */
  public Set<TaskType> liveTypes() {
    return liveWorkers.keySet();
  }

  /** How many workers are registered, by type. */
  public Map<TaskType, Integer> liveWorkers() {
    return liveWorkers;
  }

  /** What the queued tasks of a type wait for, besides their turn; null for nothing. */
  public @Nullable String lack(TaskType type) {
    if (types.override(type).paused()) {
      return "the resume of type " + type;
    }
    return liveWorkers.containsKey(type)
        ? types.limitReached(type)
        : "a live worker of type " + type;
  }

  /** No further attempt is begun from now on; completes when none runs. */
  public CompletableFuture<Void> drain() {
    loop.execute(() -> draining = true);
    return drained;
  }

  /** How many tasks are in the queues. */
  public long waitingTasks() {
    return ready.waiting().all();
  }

  /** How many tasks are in the queues, by type. */
  public WaitingTasks waiting() {
    return ready.waiting();
  }

  /** What holds for types, and may be changed. */
  public TypeControl types() {
    return types;
  }

  /** What happened lately, by type. */
  public CompletableFuture<TaskActivity.Snapshot> recent() {
    return CompletableFuture.supplyAsync(() -> activity.snapshot(nanos.nanoTime()), loop);
  }

  /** What happened since the start, by type. */
  public TaskActivity activity() {
    return activity;
  }

  public DispatchCounters counters() {
    return counters;
  }

  public Waiters waiters() {
    return waiters;
  }

  @Override
  public void close() {
    loop.close();
    link.close();
    waiters.tell();
    waiters.abandon();
  }

  // ---- one turn of the loop --------------------------------------------------------------------

  @Override
  public @Nullable Long turn(long now) {
    traces.turn(now);
    link.poll(now, attempts::timeLeft, reports::gaveUp);
    long next = liveness.check(now);
    writes.retry(now);
    ready.promote(now);
    deadlines.check(now);
    progress.turn(now);
    Long nextStart = dispatch(now);
    waiters.tell();
    link.flush();
    if (draining && attempts.isEmpty()) {
      drained.complete(null);
    }
    next = earlier(next, activity.turn(now));
    next = earlier(next, nextStart);
    next = earlier(next, link.nextDue());
    next = earlier(next, writes.nextDue());
    next = earlier(next, deadlines.nextDue());
    next = earlier(next, progress.nextDue());
    return earlier(next, ready.nextDue());
  }

  private static Long earlier(long one, @Nullable Long other) {
    return other == null || one - other < 0 ? one : other;
  }

  /**
   * Gives ready tasks to workers until one or the other runs out, or a limit is reached.
   *
   * @return when a rate allows the next, on the nano clock; null when nothing waits for that
   */
  private @Nullable Long dispatch(long now) {
    if (draining || writes.areHeld()) {
      return null;
    }
    Long next = null;
    for (TaskType type : workers.types()) {
      TypeQueue queue = ready.queue(type);
      if (queue != null) {
        Long ofType = dispatch(type, queue, now);
        next = next == null ? ofType : earlier(next, ofType);
      }
    }
    return next;
  }

  private @Nullable Long dispatch(TaskType type, TypeQueue queue, long now) {
    if (limits.isPaused(type)) {
      return null;
    }
    while (!queue.isEmpty() && limits.hasRoom(type)) {
      long nextStart = limits.nextStart(type, now);
      if (nextStart - now > 0) {
        return nextStart;
      }
      KnownWorker worker = workers.choose(type, now);
      QueuedTask task = worker == null ? null : queue.poll();
      if (worker == null || task == null) {
        return null;
      }
      if (!task.isLate(clock.instant())) { // else it expires, as soon as its alarm is heard
        attempts.begin(task, worker, now);
        liveness.watch(worker, now);
      }
    }
    return null;
  }
}
