package tasknet.dispatcher.dispatch;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.exchange.WorkerLink;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.task.TraceStep.Kind;

/**
 * The life of attempts: begun in the store, then sent; ended in the store, then acknowledged and
 * told. Each step starts from the commit of the one before. For the loop's thread.
 */
final class Attempts {
  /** Half of the time for which workers keep results and tombstones; clocks may have been set. */
  private static final Duration WORKERS_REMEMBER = Duration.ofMinutes(5);

  private final TaskStore store;
  private final StoreWrites writes;
  private final WorkerLink link;
  private final Workers workers;
  private final TypeLimits limits;
  private final ReadyTasks ready;
  private final Deadlines deadlines;
  private final RetryPolicy retryPolicy;
  private final Waiters waiters;
  private final DispatchCounters counters;
  private final TaskActivity activity;
  private final TaskTraces traces;
  private final Duration leaseMargin;
  private final int poisonAfter;
  private final TaskSpans spans;
  private final InstantSource clock;
  private final NanoClock nanos;
  private final Logger log;
  private final Map<AttemptId, RunningAttempt> running = new HashMap<>();

  Attempts(
      TaskStore store,
      StoreWrites writes,
      WorkerLink link,
      Workers workers,
      TypeLimits limits,
      ReadyTasks ready,
      Deadlines deadlines,
      RetryPolicy retryPolicy,
      Waiters waiters,
      DispatchCounters counters,
      TaskActivity activity,
      TaskTraces traces,
      DispatchSettings settings,
      TaskSpans spans,
      InstantSource clock,
      NanoClock nanos,
      Logger log) {
    this.store = store;
    this.writes = writes;
    this.link = link;
    this.workers = workers;
    this.limits = limits;
    this.ready = ready;
    this.deadlines = deadlines;
    this.retryPolicy = retryPolicy;
    this.waiters = waiters;
    this.counters = counters;
    this.activity = activity;
    this.traces = traces;
    this.leaseMargin = settings.leaseMargin();
    this.poisonAfter = settings.poisonAfter();
    this.spans = spans;
    this.clock = clock;
    this.nanos = nanos;
    this.log = log;
  }

  /** The attempt of that id that runs, or null. */
  @Nullable RunningAttempt find(AttemptId id) {
    return running.get(id);
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  // ---- begin -----------------------------------------------------------------------------------

  /** Gives the next attempt of a task to a worker that has a free slot. */
  void begin(QueuedTask task, KnownWorker worker, long now) {
    RunningAttempt attempt =
        new RunningAttempt(
            task,
            worker,
            worker.epoch,
            clock.instant(),
            spans.begin(task),
            RunningAttempt.Phase.STARTING,
            false,
            now + lease(task),
            now);
    running.put(attempt.id, attempt);
    limits.begins(task.request().type(), now);
    worker.reserve();
    ready.waiting().left(task.request().type());
    writes.changeOrElse(
        "the begin of an attempt",
        task,
        store.begin(start(attempt)),
        begun -> begun(attempt, begun),
        () -> notBegun(attempt));
  }

  private AttemptStart start(RunningAttempt attempt) {
    KnownWorker worker = attempt.worker;
    InetSocketAddress address = worker.peer.address();
    return new AttemptStart(
        attempt.id,
        worker.id,
        address.getHostString(),
        address.getPort(),
        worker.epoch,
        attempt.begunAt);
  }

  private void begun(RunningAttempt attempt, boolean begun) {
    attempt.worker.unreserve();
    if (!begun) {
      // It ended while in memory, and is discounted for that.
      ready.waiting().add(attempt.task.request().type(), 1);
      forget(attempt);
      return;
    }
    counters.begun.increment();
    activity.begun(attempt.task, attempt.begunAt);
    traces.begun(attempt.id, Kind.BEGUN, attempt.worker.id);
    spans.begun(attempt);
    if (attempt.workerEpoch != attempt.worker.epoch) {
      notRun(attempt, TaskError.UNDELIVERED, "the worker restarted before it was sent");
      return;
    }
    if (attempt.worker.dead) {
      notRun(attempt, TaskError.UNDELIVERED, "the worker died before it was sent");
      return;
    }
    Duration left = attempt.task.timeLeft(clock.instant());
    if (!left.isPositive()) {
      notRun(attempt, TaskError.DEADLINE_EXCEEDED, "the deadline passed before it was sent");
      return;
    }
    long now = nanos.nanoTime();
    attempt.become(RunningAttempt.Phase.SENT);
    attempt.worker.add(attempt, now);
    log.info("attempt begun {}", attempt);
    attempt.request =
        link.execute(
            attempt.worker.peer, attempt.workerEpoch, attempt.task, attempt.trace, left, now);
  }

  private void notBegun(RunningAttempt attempt) {
    attempt.worker.unreserve();
    forget(attempt);
    ready.giveBack(attempt.task);
  }

  // ---- end -------------------------------------------------------------------------------------

  /**
   * The worker told how it ended.
   *
   * @param from where the result came from, and its acknowledgement goes to
   */
  void ended(RunningAttempt attempt, Outcome outcome, InetSocketAddress from) {
    end(attempt, retryPolicy.ended(attempt.task, outcome), _ -> acknowledge(attempt, from));
  }

  /** The worker delivered its outcome in another way. */
  void deliver(AttemptId id, Outcome outcome, CompletableFuture<Delivery> delivery) {
    RunningAttempt attempt = running.get(id);
    if (attempt == null || attempt.phase() == RunningAttempt.Phase.CANCELLING) {
      delivery.complete(Delivery.NOT_WANTED);
    } else if (!attempt.isOpen()) {
      delivery.complete(Delivery.UNDER_WAY);
    } else {
      traces.ended(id, Kind.RESULT, null, "over HTTP");
      end(
          attempt,
          retryPolicy.ended(attempt.task, outcome),
          changed -> delivery.complete(changed ? Delivery.RECORDED : Delivery.NOT_WANTED));
    }
  }

  /** Whether that attempt is the one that its task runs, and has not ended. */
  boolean isOpen(AttemptId id) {
    RunningAttempt attempt = running.get(id);
    return attempt != null && attempt.isOpen();
  }

  private void acknowledge(RunningAttempt attempt, InetSocketAddress from) {
    link.acknowledgeResult(from, attempt.id);
  }

  /** The worker did not run it, and no other one would. */
  void refused(RunningAttempt attempt, TaskError error) {
    end(attempt, retryPolicy.ended(attempt.task, new Outcome.Failed(error)), _ -> {});
  }

  /** It may have run, and nothing will be heard of it. */
  void lost(RunningAttempt attempt, Loss loss, String reason) {
    String message = "worker " + attempt.worker.id + (loss == Loss.DEATH ? " " : ": ") + reason;
    traces.ended(attempt.id, Kind.LOST, null, reason);
    AttemptEnd end = retryPolicy.lost(attempt.task, message);
    Consumer<Boolean> committed =
        changed -> {
          if (changed) {
            counters.gaveUp(loss);
          }
        };
    if (attempt.endedWithItsWorker(loss)) {
      end(attempt, end, () -> store.endByDeath(end, poisonAfter), committed);
    } else {
      end(attempt, end, committed);
    }
  }

  /** It has not run and never will. */
  void notRun(RunningAttempt attempt, String code, String reason) {
    traces.ended(attempt.id, Kind.NOT_RUN, null, reason);
    end(attempt, retryPolicy.notRun(attempt.task, code, reason), _ -> {});
  }

  /**
   * @param committed told whether it changed anything
   */
  private void end(RunningAttempt attempt, AttemptEnd end, Consumer<Boolean> committed) {
    end(
        attempt,
        end,
        () -> store.end(end).thenApply(changed -> changed ? Optional.of(end) : Optional.empty()),
        committed);
  }

  /**
   * @param end as far as the worker is concerned
   * @param call answers the end that was recorded for the task, if anything changed
   */
  private void end(
      RunningAttempt attempt,
      AttemptEnd end,
      Supplier<CompletableFuture<Optional<AttemptEnd>>> call,
      Consumer<Boolean> committed) {
    release(attempt);
    attempt.become(RunningAttempt.Phase.ENDING);
    writes.changeUntilDone(
        "the end of an attempt",
        attempt.task,
        call,
        recorded -> {
          leave(attempt);
          recorded.ifPresent(
              of -> traces.ended(attempt.id, Kind.COMMITTED, null, of.next().name()));
          committed.accept(recorded.isPresent());
          if (recorded.isPresent()) {
            counters.ended(end);
            activity.ended(attempt.task, attempt.begunAt, end, recorded.get());
            attempt.worker.ended(end);
            spans.ended(attempt, recorded.get());
            logEnd(attempt, end);
            continueWith(attempt, recorded.get());
          } else {
            counters.staleResults.increment();
          }
        });
  }

  private void continueWith(RunningAttempt attempt, AttemptEnd end) {
    QueuedTask task = attempt.task;
    if (end.outcome() instanceof Outcome.Failed(TaskError error)
        && error.code().equals(TaskError.POISON)) {
      counters.poisoned.increment();
      log.warn("task is poison message={} {}", error.message(), attempt);
    }
    if (end.next().ended()) {
      waiters.ended(task.id(), new TaskEnd(end.next(), end.outcome()));
      return;
    }
    deadlines.watch(task);
    if (end.readyAt() != null) {
      traces.add(task.id(), Kind.RETRY_SCHEDULED, "for " + end.readyAt());
      ready.promoteAt(end.readyAt());
    } else {
      ready.giveBack(task.after(end));
    }
  }

  // ---- cancel ----------------------------------------------------------------------------------

  /** A task was cancelled in the store. */
  void cancelled(TaskId id, Cancellation cancellation) {
    switch (cancellation) {
      case Cancellation.NotFound _, Cancellation.AlreadyEnded _ -> {}
      case Cancellation.WhileWaiting(TaskState was, TaskType type, TraceContext trace) -> {
        if (was == TaskState.QUEUED) {
          ready.waiting().left(type);
        }
        log.info("task cancelled while it waited task={}{}", id, TraceContext.inLog(trace));
        traces.add(id, Kind.CANCELLED);
        waiters.ended(id, new TaskEnd(TaskState.CANCELLED, null));
      }
      case Cancellation.WhileRunning(AttemptStart start) -> {
        RunningAttempt attempt = running.get(start.attempt());
        log.info(
            "task cancelled while it ran task={} worker={}{}",
            id,
            start.worker(),
            TraceContext.inLog(attempt == null ? null : attempt.trace));
        traces.add(id, Kind.CANCELLED);
        waiters.ended(id, new TaskEnd(TaskState.CANCELLED, null));
        if (attempt != null) {
          spans.cancelled(attempt);
        }
        if (attempt != null && attempt.isOpen()) {
          attempt.become(RunningAttempt.Phase.CANCELLING);
          link.abandon(attempt.request);
          attempt.request = link.cancel(attempt.worker.peer, attempt.id, nanos.nanoTime());
        }
      }
    }
  }

  /** Nothing more is to be done about it. */
  void forget(RunningAttempt attempt) {
    release(attempt);
    leave(attempt);
  }

  /** Its worker has a free slot, and is not asked about it any more. */
  private void release(RunningAttempt attempt) {
    link.abandon(attempt.request);
    attempt.worker.remove(attempt);
  }

  /** It does not count any more. */
  private void leave(RunningAttempt attempt) {
    if (running.remove(attempt.id) != null) {
      limits.ends(attempt.task.request().type());
    }
    workers.forgetIfDone(attempt.worker);
  }

  // ---- after a restart of this process ---------------------------------------------------------

  /** Takes up the attempts that were running, and asks their workers. */
  void recover() {
    List<RunningTask> interrupted = store.running();
    long now = nanos.nanoTime();
    for (RunningTask entry : interrupted) {
      AttemptStart start = entry.start();
      InetSocketAddress address = new InetSocketAddress(start.host(), start.port());
      KnownWorker worker = workers.known(start.worker(), address, start.epoch(), now);
      worker.epoch = Math.max(worker.epoch, start.epoch());
      RunningAttempt attempt =
          new RunningAttempt(
              entry.task(),
              worker,
              start.epoch(),
              start.at(),
              spans.begin(entry.task()),
              RunningAttempt.Phase.ACCEPTED,
              isRemembered(start),
              now + lease(entry.task()),
              now);
      running.put(attempt.id, attempt);
      limits.goesOn(entry.task().request().type());
      worker.add(attempt, now);
      worker.owesAnswer = true;
      traces.begun(attempt.id, Kind.RECOVERED, worker.id);
      attempt.request = link.recover(worker.peer, attempt.id, now);
    }
    if (!interrupted.isEmpty()) {
      log.info("attempts from before the restart are asked about count={}", interrupted.size());
    }
  }

  /** Whether its worker would know it for sure if it had got it. */
  private boolean isRemembered(AttemptStart start) {
    return Duration.between(start.at(), clock.instant()).abs().compareTo(WORKERS_REMEMBER) < 0;
  }

  // ---- small things ----------------------------------------------------------------------------

  private long lease(QueuedTask task) {
    Duration left = task.timeLeft(clock.instant());
    return (left.isPositive() ? left : Duration.ZERO).plus(leaseMargin).toNanos();
  }

  /**
   * How long an attempt may run that begins now: its timeout, or up to the deadline; zero or less
   * when that has passed, and for an attempt that does not run.
   */
  Duration timeLeft(AttemptId id) {
    RunningAttempt attempt = running.get(id);
    return attempt == null ? Duration.ZERO : attempt.task.timeLeft(clock.instant());
  }

  private void logEnd(RunningAttempt attempt, AttemptEnd end) {
    switch (end.outcome()) {
      case Outcome.Completed _ -> log.info("task completed {}", attempt);
      case Outcome.Failed(TaskError error) ->
          log.info(
              "attempt failed code={} next={} message={} {}",
              error.code(),
              end.next(),
              error.message(),
              attempt);
    }
  }
}
