package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tasknet.dispatcher.exchange.WorkerLink;

/**
 * Notices within seconds what no message tells: a worker that has gone silent, an attempt that its
 * worker does not speak of, a lease that has run out. For the loop's thread.
 */
final class Liveness {
  /** How many attempts one probing asks about. */
  private static final int PROBED_AT_ONCE = 8;

  /** An attempt that was silent for this long is asked about, however talkative its worker is. */
  private static final long QUIET_ATTEMPT = Duration.ofSeconds(2).toNanos();

  /** A worker that has not answered this many probes gets nothing new. */
  private static final int PROBES_OWED = 2;

  /** For how long a suspect that has left is remembered. */
  private static final long SUSPECT_REMEMBERED = Duration.ofMinutes(1).toNanos();

  private static final long SUSPECT_INTERVAL = Duration.ofSeconds(1).toNanos();
  private static final long TICK = Duration.ofMillis(25).toNanos();

  /** When this looks later than it wanted by more than this, the silence may be its own. */
  private static final long STALL = Duration.ofMillis(100).toNanos();

  /** When there is nothing to look at, until something begins. */
  private static final long REST = Duration.ofMinutes(1).toNanos();

  private final Workers workers;
  private final WorkerLink link;
  private final Attempts attempts;
  private final LostWorkers lost;
  private final long probeAfter;
  private final long probeInterval;
  private final long lostAfter;
  private long dueAt;

  /**
   * Those that have something to do, or are suspect: others cost nothing, however many they are.
   */
  private final List<KnownWorker> watched = new ArrayList<>();

  /**
   * @param now on the nano clock
   */
  Liveness(
      Workers workers,
      WorkerLink link,
      Attempts attempts,
      LostWorkers lost,
      DispatchSettings settings,
      long now) {
    this.workers = workers;
    this.link = link;
    this.attempts = attempts;
    this.lost = lost;
    this.probeAfter = settings.probeAfter().toNanos();
    this.probeInterval = settings.probeInterval().toNanos();
    this.lostAfter = settings.lostAfter().toNanos();
    this.dueAt = now;
  }

  /**
   * Looks at all workers that are watched, when it is time to.
   *
   * @return when to look again, on the nano clock
   */
  long check(long now) {
    long late = now - dueAt;
    if (late >= 0) {
      dueAt = now + TICK;
      if (late > STALL) {
        // What the workers said meanwhile may still be on its way to the loop.
        watched.forEach(worker -> worker.excuse(late));
        return dueAt;
      }
      boolean anything = false;
      for (KnownWorker worker : List.copyOf(watched)) {
        anything |= check(worker, now);
      }
      watched.removeIf(Liveness::isDone);
      if (!anything) {
        dueAt = now + (watched.isEmpty() ? REST : SUSPECT_INTERVAL);
      }
    }
    return dueAt;
  }

  /** Something has begun there. */
  void watch(KnownWorker worker, long now) {
    if (!worker.watched) {
      worker.watched = true;
      watched.add(worker);
    }
    if (dueAt - now > TICK) {
      dueAt = now + TICK;
    }
  }

  private static boolean isDone(KnownWorker worker) {
    worker.watched = worker.suspect || !worker.isIdle();
    return !worker.watched;
  }

  private boolean check(KnownWorker worker, long now) {
    if (worker.attempts.isEmpty()) {
      worker.owesAnswer = false;
      pingSuspect(worker, now);
      forgetSuspect(worker, now);
      return !worker.isIdle(); // an attempt that is being begun will need watching
    }
    long silent = now - worker.silentSince();
    if (silent >= lostAfter) {
      lost.silent(worker, "silent for " + Duration.ofNanos(silent).toMillis() + " ms");
      return true;
    }
    if (silent >= probeAfter + PROBES_OWED * probeInterval) {
      worker.owesAnswer = true;
    }
    boolean askAnyway = silent >= probeAfter && now - worker.probedAt >= probeInterval;
    int asked = 0;
    List<RunningAttempt> expired = new ArrayList<>();
    for (RunningAttempt attempt : worker.attempts.values()) {
      if (attempt.isOpen() && now - attempt.leaseEnd >= 0) {
        expired.add(attempt);
      } else if (asked < PROBED_AT_ONCE && (askAnyway || isQuiet(attempt, now))) {
        asked++;
        attempt.probedAt = now;
        worker.probedAt = now;
        ask(attempt);
      }
    }
    expired.forEach(attempt -> attempts.lost(attempt, Loss.LEASE, "its lease ran out"));
    return true;
  }

  /**
   * An attempt that was never answered is sent again rather than asked about: a worker that does
   * not know it would refuse it from then on.
   */
  private void ask(RunningAttempt attempt) {
    if (attempt.phase() == RunningAttempt.Phase.SENT) {
      link.executeAgain(
          Objects.requireNonNull(attempt.request),
          attempt.worker.peer,
          attempt.workerEpoch,
          attempt.task,
          attempt.trace,
          attempts.timeLeft(attempt.id));
    } else {
      link.probe(attempt.worker.peer, attempt.id);
    }
  }

  private static boolean isQuiet(RunningAttempt attempt, long now) {
    return attempt.isOpen()
        && now - attempt.heardAt >= QUIET_ATTEMPT
        && now - attempt.probedAt >= QUIET_ATTEMPT / 2;
  }

  private void pingSuspect(KnownWorker worker, long now) {
    if (worker.suspect
        && worker.registered
        && worker.lastLost != null
        && now - worker.probedAt >= SUSPECT_INTERVAL) {
      worker.probedAt = now;
      link.probe(worker.peer, worker.lastLost);
    }
  }

  private void forgetSuspect(KnownWorker worker, long now) {
    if (worker.suspect && !worker.registered && now - worker.silentSince() >= SUSPECT_REMEMBERED) {
      worker.suspect = false;
      workers.forgetIfDone(worker);
    }
  }
}
