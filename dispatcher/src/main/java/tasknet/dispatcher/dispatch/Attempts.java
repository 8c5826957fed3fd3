package tasknet.dispatcher.dispatch;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.exchange.WorkerLink;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * The life of attempts: begun in the store, then sent; ended in the store, then acknowledged and
 * told. Each step starts from the commit of the one before. For the loop's thread.
 */
final class Attempts {
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
  private final Duration leaseMargin;
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
      Duration leaseMargin,
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
    this.leaseMargin = leaseMargin;
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
        new RunningAttempt(task, worker, worker.epoch, false, now + lease(task), now);
    running.put(attempt.id, attempt);
    limits.begins(task.request().type(), now);
    worker.reserve();
    ready.waiting().left(task.request().type());
    writes.orElse(
        "the begin of an attempt",
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
        clock.instant());
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
    if (attempt.workerEpoch != attempt.worker.epoch) {
      notRun(attempt, TaskError.UNDELIVERED, "the worker restarted before it was sent");
      return;
    }
    if (attempt.worker.dead) {
      notRun(attempt, TaskError.UNDELIVERED, "the worker died before it was sent");
      return;
    }
    if (attempt.task.isLate(clock.instant())) {
      notRun(attempt, TaskError.DEADLINE_EXCEEDED, "the deadline passed before it was sent");
      return;
    }
    long now = nanos.nanoTime();
    attempt.become(RunningAttempt.Phase.SENT);
    attempt.worker.add(attempt, now);
    log.info("attempt begun {}", attempt);
    link.execute(attempt.worker.peer, attempt.task, timeLeft(attempt.task), now);
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
    end(
        attempt,
        retryPolicy.lost(attempt.task, message),
        changed -> {
          if (changed) {
            counters.gaveUp(loss);
          }
        });
  }

  /** It has not run and never will. */
  void notRun(RunningAttempt attempt, String code, String reason) {
    end(attempt, retryPolicy.notRun(attempt.task, code, reason), _ -> {});
  }

  /**
   * @param committed told whether it changed anything
   */
  private void end(RunningAttempt attempt, AttemptEnd end, Consumer<Boolean> committed) {
    link.abandon(attempt.id);
    attempt.worker.remove(attempt);
    attempt.become(RunningAttempt.Phase.ENDING);
    writes.untilDone(
        "the end of an attempt",
        () -> store.end(end),
        changed -> {
          forget(attempt);
          committed.accept(changed);
          if (changed) {
            counters.ended(end);
            logEnd(attempt, end);
            continueWith(attempt.task, end);
          } else {
            counters.staleResults.increment();
          }
        });
  }

  private void continueWith(QueuedTask task, AttemptEnd end) {
    if (end.next().ended()) {
      waiters.ended(task.id(), new TaskEnd(end.next(), end.outcome()));
      return;
    }
    deadlines.watch(task);
    if (end.readyAt() != null) {
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
      case Cancellation.WhileWaiting(TaskState was, TaskType type) -> {
        if (was == TaskState.QUEUED) {
          ready.waiting().left(type);
        }
        log.info("task cancelled while it waited task={}", id);
        waiters.ended(id, new TaskEnd(TaskState.CANCELLED, null));
      }
      case Cancellation.WhileRunning(AttemptStart start) -> {
        log.info("task cancelled while it ran task={} worker={}", id, start.worker());
        waiters.ended(id, new TaskEnd(TaskState.CANCELLED, null));
        RunningAttempt attempt = running.get(start.attempt());
        if (attempt != null && attempt.isOpen()) {
          attempt.become(RunningAttempt.Phase.CANCELLING);
          link.cancel(attempt.worker.peer, attempt.id, nanos.nanoTime());
        }
      }
    }
  }

  // ---- workers that are gone -------------------------------------------------------------------

  /** A worker is silent: what it had is lost. */
  void lost(KnownWorker worker, String reason) {
    log.warn(
        "worker lost reason={} attempts={} worker={}", reason, worker.attempts.size(), worker.id);
    worker.suspect = true;
    for (RunningAttempt attempt : List.copyOf(worker.attempts.values())) {
      worker.lastLost = attempt.id;
      lostOrForgotten(attempt, Loss.SILENCE, reason);
    }
  }

  /** A worker's process has ended, it is said: what it had is lost. */
  void died(KnownWorker worker, String cause) {
    log.warn(
        "worker died cause={} attempts={} worker={}", cause, worker.attempts.size(), worker.id);
    worker.died();
    for (RunningAttempt attempt : List.copyOf(worker.attempts.values())) {
      lostOrForgotten(attempt, Loss.DEATH, "died: " + cause);
    }
    workers.forgetIfDone(worker);
  }

  /** A worker is a new process: what the one before had is lost. */
  void restarted(KnownWorker worker) {
    for (RunningAttempt attempt : List.copyOf(worker.attempts.values())) {
      if (attempt.workerEpoch != worker.epoch) {
        lostOrForgotten(attempt, Loss.RESTART, "restarted");
      }
    }
  }

  private void lostOrForgotten(RunningAttempt attempt, Loss loss, String reason) {
    switch (attempt.phase()) {
      case SENT, ACCEPTED -> lost(attempt, loss, reason);
      case CANCELLING -> forget(attempt);
      case STARTING, ENDING -> {} // decided when its commit is through
    }
  }

  /** Nothing more is to be done about it. */
  void forget(RunningAttempt attempt) {
    if (running.remove(attempt.id) != null) {
      limits.ends(attempt.task.request().type());
    }
    link.abandon(attempt.id);
    attempt.worker.remove(attempt);
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
              entry.task(), worker, start.epoch(), true, now + lease(entry.task()), now);
      running.put(attempt.id, attempt);
      limits.goesOn(entry.task().request().type());
      worker.add(attempt, now);
      worker.owesAnswer = true;
      link.recover(worker.peer, attempt.id, now);
    }
    workers.all().forEach(this::restarted); // of which some attempts are of an earlier process
    if (!interrupted.isEmpty()) {
      log.info("attempts from before the restart are asked about count={}", interrupted.size());
    }
  }

  // ---- small things ----------------------------------------------------------------------------

  private long lease(QueuedTask task) {
    return timeLeft(task).plus(leaseMargin).toNanos();
  }

  /** How long an attempt may run from now on: its timeout, or up to the deadline. */
  Duration timeLeft(QueuedTask task) {
    Duration left = task.timeLeft(clock.instant());
    return left.isPositive() ? left : Duration.ofMillis(1); // so that the worker ends it
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
