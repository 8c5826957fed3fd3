package tasknet.dispatcher.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import tasknet.dispatcher.store.TaskStore;
import tasknet.task.AttemptId;

/** What becomes of the attempts of workers that are gone, or seem to be. For the loop's thread. */
final class LostWorkers {
  private final TaskStore store;
  private final StoreWrites writes;
  private final Workers workers;
  private final Attempts attempts;
  private final Logger log;

  LostWorkers(TaskStore store, StoreWrites writes, Workers workers, Attempts attempts, Logger log) {
    this.store = store;
    this.writes = writes;
    this.workers = workers;
    this.attempts = attempts;
    this.log = log;
  }

  /** A worker is silent: what it had is lost. */
  void silent(KnownWorker worker, String reason) {
    log.warn(
        "worker lost reason={} attempts={} worker={}", reason, worker.attempts.size(), worker.id);
    worker.suspect = true;
    List<AttemptId> silenced = new ArrayList<>(worker.silenced);
    for (RunningAttempt attempt : List.copyOf(worker.attempts.values())) {
      worker.lastLost = attempt.id;
      if (attempt.isOpen()) {
        silenced.add(attempt.id);
      }
      lostOrForgotten(attempt, Loss.SILENCE, reason);
    }
    worker.silenced = List.copyOf(silenced);
  }

  /** The process that was silent is heard again: no attempt has ended with its death. */
  void answersAgain(KnownWorker worker) {
    log.info("worker answers again worker={}", worker.id);
    List<AttemptId> silenced = worker.silenced;
    worker.silenced = List.of();
    if (!silenced.isEmpty()) {
      writes.untilDone(
          "taking back the death of a worker", () -> store.discountDeaths(silenced), _ -> {});
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
      case SENT, ACCEPTED -> attempts.lost(attempt, loss, reason);
      case CANCELLING -> attempts.forget(attempt);
      case STARTING, ENDING -> {} // decided when its commit is through
    }
  }
}
