package tasknet.worker;

import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.Message.Rejection;
import tasknet.wire.Peer;

/**
 * What the worker knows of each attempt, and what follows from each message. An attempt is running,
 * or it ended and its result is kept until the dispatcher has it, or all that is left of it is a
 * tombstone: the reason why a late copy of its execute must not run. What is none of these is new.
 * So no attempt runs twice, as long as its tombstone is not forgotten.
 *
 * <p>Pure: it is told the time, has no threads and no sockets. For one thread.
 */
final class Executions {
  /** How long a handler may take to answer alone, without an accepted before. */
  static final Duration ACCEPT_AFTER = Duration.ofMillis(5);

  private static final Duration UPLOAD_AGAIN = Duration.ofMillis(500);
  private static final int LONGEST_DETAIL = 200;

  /**
   * What bounds it.
   *
   * @param slots attempts at the same time
   * @param kept results, and as many tombstones
   * @param grace from a cancellation to the interrupt, and from there to giving the handler up
   */
  record Limits(int slots, int kept, Duration keptFor, Duration grace) {}

  /** What it acts on. */
  interface Outside {
    void send(InetSocketAddress to, Message message);

    /** Whether a message is small enough to be sent. */
    boolean fits(Message message);

    /**
     * Puts a result over HTTP; whether the dispatcher has it, or does not want it, is to be passed
     * to {@link #uploaded}.
     */
    void upload(URI url, AttemptId attempt, JsonText result);

    /**
     * What log lines say of an attempt, and of the trace that it is in; its text is made when it is
     * asked for.
     */
    Object about(AttemptId attempt, @Nullable TraceContext trace);

    /**
     * Starts a handler, whose outcome is to be passed to {@link #ended} unless it is known at once;
     * never throws.
     *
     * @param deadline on the nano clock
     */
    Run start(Message.Execute execute, long deadline);
  }

  /** A handler at work. */
  interface Run {
    /** What became of a handler that was done when it was started; null for others. */
    default @Nullable Outcome outcome() {
      return null;
    }

    /** Tells the handler that nobody wants its result. */
    void cancel();

    /** Interrupts the handler's thread. */
    void interrupt();
  }

  private final long epoch;
  private final Limits limits;
  private final Set<TaskType> types;
  private final NanoClock clock;
  private final Outside outside;
  private final WorkerMetrics metrics;
  private final Logger log;
  private final Alarms alarms = new Alarms();
  private final Map<AttemptId, RunningAttempt> running = new HashMap<>();
  private final Leftovers leftovers;
  private final Results results;
  private final Kept<Tombstone> tombstones;
  private boolean draining;

  /**
   * @param epoch which start of the worker's process it is
   */
  Executions(
      long epoch,
      Set<TaskType> types,
      Limits limits,
      NanoClock clock,
      RandomGenerator random,
      Outside outside,
      LinkCounters counters,
      WorkerMetrics metrics,
      Logger log) {
    this.epoch = epoch;
    this.types = types;
    this.limits = limits;
    this.clock = clock;
    this.outside = outside;
    this.metrics = metrics;
    this.log = log;
    this.leftovers = new Leftovers(alarms, limits.grace(), clock, outside, log);
    this.results = new Results(outside, limits, this::free, clock, random, counters, metrics, log);
    this.tombstones = new Kept<>(limits.kept(), limits.keptFor().toNanos());
  }

  /** Run this. */
  void execute(Peer peer, Message.Execute execute) {
    AttemptId attempt = execute.attempt();
    RunningAttempt known = running.get(attempt);
    if (known != null) {
      known.peer = peer;
      accept(known);
    } else if (results.has(attempt)) {
      results.answer(peer, attempt);
    } else {
      switch (tombstones.get(attempt)) {
        case null -> executeNew(peer, execute);
        case Tombstone.Refused refused -> sendRejected(peer, attempt, refused);
        case Tombstone.Closed _ -> {
          metrics.late();
          log.debug("late execute ignored {}", outside.about(attempt, execute.trace()));
        }
      }
    }
  }

  private void executeNew(Peer peer, Message.Execute execute) {
    if (!execute.isFor(epoch)) {
      // For the process before this one, which may have run it.
      sendUnknown(peer, execute.attempt());
    } else if (draining) {
      reject(
          peer, execute.attempt(), execute.trace(), Rejection.DRAINING, "the worker is stopping");
    } else if (!types.contains(execute.type())) {
      String detail = "this worker does not run '" + execute.type() + "'";
      reject(peer, execute.attempt(), execute.trace(), Rejection.UNKNOWN_TYPE, detail);
    } else if (free() == 0) {
      reject(
          peer,
          execute.attempt(),
          execute.trace(),
          Rejection.BUSY,
          "all " + limits.slots() + " slots are taken");
    } else {
      begin(peer, execute);
    }
  }

  private void begin(Peer peer, Message.Execute execute) {
    long now = clock.nanoTime();
    long deadline = now + execute.timeout().toNanos();
    log.info(
        "attempt started {} type={} dispatcher={}",
        outside.about(execute.attempt(), execute.trace()),
        execute.type(),
        peer.name());
    RunningAttempt begun = new RunningAttempt(execute, now, outside.start(execute, deadline), peer);
    Outcome atOnce = begun.run.outcome();
    if (atOnce != null) {
      keep(begun, atOnce);
      return;
    }
    running.put(begun.attempt, begun);
    begun.toAccept = alarms.set(now + ACCEPT_AFTER.toNanos(), () -> accept(begun));
    begun.toTimeOut = alarms.set(deadline, () -> timeOut(begun));
  }

  private void accept(RunningAttempt attempt) {
    alarms.callOff(attempt.toAccept);
    attempt.toAccept = null;
    outside.send(attempt.peer.address(), new Message.Accepted(attempt.attempt, free()));
  }

  private void reject(
      Peer peer, AttemptId attempt, @Nullable TraceContext trace, Rejection reason, String detail) {
    Tombstone.Refused refused = new Tombstone.Refused(reason, OneLine.of(detail, LONGEST_DETAIL));
    tombstones.put(attempt, refused, clock.nanoTime());
    metrics.rejected(reason);
    log.warn(
        "attempt rejected: {}: {} {}",
        reason.code(),
        refused.detail(),
        outside.about(attempt, trace));
    sendRejected(peer, attempt, refused);
  }

  private void sendRejected(Peer peer, AttemptId attempt, Tombstone.Refused refused) {
    Message message = new Message.Rejected(attempt, refused.reason(), refused.detail(), free());
    outside.send(
        peer.address(),
        outside.fits(message)
            ? message
            : new Message.Rejected(attempt, refused.reason(), "", free()));
  }

  /** A message that names an attempt could not be read. */
  void malformed(Peer peer, AttemptId attempt, String detail) {
    if (!running.containsKey(attempt) && !results.has(attempt) && tombstones.get(attempt) == null) {
      reject(peer, attempt, null, Rejection.MALFORMED, detail);
    }
  }

  /** What do you know of it? */
  void probe(Peer peer, AttemptId attempt) {
    RunningAttempt known = running.get(attempt);
    if (known != null) {
      known.peer = peer; // the dispatcher may have been restarted since
      accept(known);
    } else if (results.has(attempt)) {
      results.answer(peer, attempt);
    } else if (tombstones.get(attempt) instanceof Tombstone.Refused refused) {
      sendRejected(peer, attempt, refused);
    } else {
      sendUnknown(peer, attempt);
    }
  }

  /** Stop it. */
  void cancel(Peer peer, AttemptId attempt) {
    RunningAttempt known = running.get(attempt);
    if (known != null) {
      known.peer = peer;
      cancel(known);
    } else if (results.has(attempt)) {
      results.answer(peer, attempt);
    } else {
      sendUnknown(peer, attempt);
    }
  }

  private void cancel(RunningAttempt attempt) {
    if (!attempt.cancelled) {
      log.info("attempt is to be cancelled {}", outside.about(attempt.attempt, attempt.trace));
      attempt.cancelled = true;
      attempt.run.cancel();
      attempt.toForce = alarms.set(afterGrace(), () -> interrupt(attempt));
    }
  }

  private void interrupt(RunningAttempt attempt) {
    attempt.run.interrupt();
    attempt.toForce =
        alarms.set(
            afterGrace(),
            () -> {
              leftovers.addAbandoned(attempt);
              end(attempt, cancelled());
            });
  }

  private void timeOut(RunningAttempt attempt) {
    String message = "ran longer than its timeout of " + words(attempt.timeout);
    stop(attempt, failed(TaskError.TIMEOUT, message));
  }

  /** Ends the attempt at once; its handler may take a grace to notice. */
  private void stop(RunningAttempt attempt, Outcome outcome) {
    attempt.run.cancel();
    attempt.run.interrupt();
    leftovers.add(attempt);
    end(attempt, attempt.cancelled ? cancelled() : outcome);
  }

  /** A handler ended, by itself or because it was told to. */
  void ended(AttemptId attempt, Run run, Outcome outcome) {
    RunningAttempt known = running.get(attempt);
    if (known != null && known.run.equals(run)) {
      end(known, known.cancelled ? cancelled() : outcome);
    } else {
      leftovers.ended(run);
    }
  }

  private void end(RunningAttempt attempt, Outcome outcome) {
    running.remove(attempt.attempt);
    alarms.callOff(attempt.toAccept);
    alarms.callOff(attempt.toTimeOut);
    alarms.callOff(attempt.toForce);
    keep(attempt, outcome);
  }

  /** It does not run any more. */
  private void keep(RunningAttempt attempt, Outcome outcome) {
    Outcome fitting = results.fitting(attempt.attempt, outcome);
    long nanos = clock.nanoTime() - attempt.since;
    metrics.ended(attempt.type, fitting, nanos);
    if (log.isInfoEnabled()) {
      String how =
          switch (fitting) {
            case Outcome.Completed _ -> "completed";
            case Outcome.Failed(TaskError error) ->
                "failed: " + error.code() + ": " + error.message();
          };
      log.info(
          "attempt {} {} type={} took={}",
          how,
          outside.about(attempt.attempt, attempt.trace),
          attempt.type,
          Duration.ofNanos(nanos).toMillis() + "ms");
    }
    results.add(attempt, fitting, Duration.ofNanos(nanos));
  }

  private void sendUnknown(Peer peer, AttemptId attempt) {
    if (tombstones.get(attempt) == null) {
      tombstones.put(attempt, Tombstone.CLOSED, clock.nanoTime());
    }
    outside.send(peer.address(), new Message.Unknown(attempt, free()));
  }

  /** The dispatcher has the result, or does not want it. */
  void resultAck(AttemptId attempt) {
    if (results.acknowledge(attempt)) {
      tombstones.put(attempt, Tombstone.CLOSED, clock.nanoTime());
    }
  }

  /** The dispatcher wants a large result there. */
  void upload(AttemptId attempt, URI url) {
    results.upload(attempt, url);
  }

  /** A large result was put, or not. */
  void uploaded(AttemptId attempt, boolean delivered) {
    if (delivered) {
      resultAck(attempt);
    } else if (results.notUploaded(attempt)) {
      alarms.set(clock.nanoTime() + UPLOAD_AGAIN.toNanos(), () -> results.announce(attempt));
    }
  }

  /** A handler tells how far it is. */
  void progress(AttemptId attempt, Run run, int percent, String note) {
    RunningAttempt known = running.get(attempt);
    if (known != null && known.run.equals(run)) {
      if (known.toAccept != null) {
        accept(known); // nobody wants to hear of progress first
      }
      Message message = new Message.Progress(attempt, percent, note);
      outside.send(
          known.peer.address(),
          outside.fits(message) ? message : new Message.Progress(attempt, percent, ""));
    }
  }

  /** From now on nothing new is begun. */
  void drain() {
    draining = true;
  }

  /** Ends what still runs; another worker may do it. */
  void stopAll() {
    Outcome outcome = failed(TaskError.WORKER_LOST, "the worker stopped before the attempt ended");
    List.copyOf(running.values()).forEach(attempt -> stop(attempt, outcome));
  }

  /**
   * Does what is due.
   *
   * @return when to be called again, on the nano clock; null for no matter when
   */
  @Nullable Long turn(long now) {
    alarms.ring(now);
    results.turn(now, attempt -> tombstones.put(attempt, Tombstone.CLOSED, now));
    tombstones.forget(now, (_, _) -> {});
    metrics.state(running.size(), results.size(), leftovers.abandoned());
    Long alarm = alarms.nextDue();
    Long result = results.nextDue();
    return alarm == null || (result != null && result - alarm < 0) ? result : alarm;
  }

  /** Whether nothing runs, and no result is being sent. */
  boolean isIdle() {
    return running.isEmpty() && results.underWay() == 0;
  }

  /** How many attempts run. */
  int running() {
    return running.size();
  }

  /** How many results are not acknowledged. */
  int unacknowledged() {
    return results.size();
  }

  /** How many tombstones there are. */
  int tombstones() {
    return tombstones.size();
  }

  /** How many handlers do not stop, though their attempts are over. */
  int abandoned() {
    return leftovers.abandoned();
  }

  private int free() {
    return limits.slots() - running.size();
  }

  private long afterGrace() {
    return clock.nanoTime() + limits.grace().toNanos();
  }

  private static Outcome cancelled() {
    return new Outcome.Failed(
        new TaskError(TaskError.CANCELLED, "the attempt was cancelled", false));
  }

  private static Outcome failed(String code, String message) {
    return new Outcome.Failed(new TaskError(code, message, true));
  }

  private static String words(Duration timeout) {
    return timeout.toMillis() < 1000
        ? timeout.toMillis() + " ms"
        : BigDecimal.valueOf(timeout.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
  }
}
