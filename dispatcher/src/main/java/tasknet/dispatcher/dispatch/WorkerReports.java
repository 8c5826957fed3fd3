package tasknet.dispatcher.dispatch;

import java.net.InetSocketAddress;
import org.slf4j.Logger;
import tasknet.dispatcher.exchange.WorkerLink;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskError;
import tasknet.task.TraceStep.Kind;
import tasknet.wire.Drop;
import tasknet.wire.Message;
import tasknet.wire.MessageLink;

/** What workers say, and what it means for their attempts. For the loop's thread. */
final class WorkerReports {
  private final Workers workers;
  private final Attempts attempts;
  private final LostWorkers lost;
  private final ProgressReports progress;
  private final WorkerLink link;
  private final DispatchCounters counters;
  private final TaskTraces traces;
  private final long blockFor;
  private final NanoClock nanos;
  private final Logger log;

  /**
   * @param blockFor how long a worker that refused an attempt gets no other, in nanoseconds
   */
  WorkerReports(
      Workers workers,
      Attempts attempts,
      LostWorkers lost,
      ProgressReports progress,
      WorkerLink link,
      DispatchCounters counters,
      TaskTraces traces,
      long blockFor,
      NanoClock nanos,
      Logger log) {
    this.workers = workers;
    this.attempts = attempts;
    this.lost = lost;
    this.progress = progress;
    this.link = link;
    this.counters = counters;
    this.traces = traces;
    this.blockFor = blockFor;
    this.nanos = nanos;
    this.log = log;
  }

  void received(MessageLink.Inbound inbound) {
    KnownWorker worker = workers.find(inbound.header().node());
    if (worker == null) {
      inbound.messages().forEach(message -> stale(message, inbound.from()));
      return;
    }
    if (inbound.header().epoch() < worker.epoch) {
      link.counters().countDrop(Drop.STALE_EPOCH);
      return;
    }
    if (inbound.header().epoch() > worker.epoch && !isRestarted(worker, inbound)) {
      return;
    }
    long now = nanos.nanoTime();
    heard(worker, inbound, now);
    for (Message message : inbound.messages()) {
      if (message instanceof Message.WithCredit withCredit) {
        worker.credit(withCredit.credit(), inbound.header().sequence(), now);
      }
      RunningAttempt attempt = attempts.find(message.attempt());
      if (attempt == null || attempt.worker != worker) {
        stale(message, inbound.from());
      } else {
        if (!(message instanceof Message.Result)) { // with which it is over
          worker.heard(attempt, now);
        }
        if (attempt.isOpen()) {
          link.answered(attempt.request, now);
        }
        report(attempt, message, inbound, now);
      }
    }
  }

  /**
   * Whether a worker's greater epoch is to be believed, which ends all its attempts: when it comes
   * from where the worker is, and twice, so that it was neither damaged nor made up elsewhere.
   */
  private boolean isRestarted(KnownWorker worker, MessageLink.Inbound inbound) {
    if (!inbound.from().equals(worker.peer.address())) {
      link.counters().countDrop(Drop.UNKNOWN_NODE);
      return false;
    }
    if (worker.claims(inbound.header().epoch())) {
      return true;
    }
    inbound.messages().stream()
        .findFirst()
        .ifPresent(message -> link.probe(worker.peer, message.attempt()));
    return false;
  }

  /** A request was not answered after all its retransmissions. */
  void gaveUp(Message request) {
    RunningAttempt attempt = attempts.find(request.attempt());
    if (attempt != null && attempt.phase() == RunningAttempt.Phase.CANCELLING) {
      attempts.forget(attempt);
    } else if (attempt != null) {
      // It stays: the worker's silence or the lease will tell.
      log.warn("{} was not answered {}", request.op(), attempt);
    }
  }

  private void heard(KnownWorker worker, MessageLink.Inbound inbound, long now) {
    if (inbound.header().epoch() > worker.epoch) {
      log.info("worker restarted worker={}", worker.id);
      worker.restarted(inbound.header().epoch(), now);
      lost.restarted(worker);
    }
    if (worker.suspect) {
      lost.answersAgain(worker);
    }
    worker.heard(now);
  }

  private void report(
      RunningAttempt attempt, Message message, MessageLink.Inbound inbound, long now) {
    InetSocketAddress from = inbound.from();
    switch (attempt.phase()) {
      case SENT, ACCEPTED -> ofOpen(attempt, message, inbound, now);
      case CANCELLING -> ofCancelled(attempt, message, from);
      case STARTING, ENDING -> {} // decided when its commit is through
    }
  }

  private void ofOpen(
      RunningAttempt attempt, Message message, MessageLink.Inbound inbound, long now) {
    InetSocketAddress from = inbound.from();
    switch (message) {
      case Message.Accepted _ -> {
        traces.add(attempt.id, Kind.ACKNOWLEDGED);
        attempt.become(RunningAttempt.Phase.ACCEPTED);
      }
      case Message.Progress said -> {
        attempt.become(RunningAttempt.Phase.ACCEPTED); // the accepted may have been lost
        traces.add(attempt.id, Kind.PROGRESS);
        progress.heard(attempt, said, inbound.header().sequence(), now);
      }
      case Message.Result result -> {
        traces.ended(attempt.id, Kind.RESULT, result.ran(), null);
        attempts.ended(attempt, result.outcome(), from);
      }
      case Message.ResultReady result -> {
        traces.ended(attempt.id, Kind.RESULT_READY, result.ran(), null);
        attempt.become(RunningAttempt.Phase.ACCEPTED);
        link.invite(from, attempt.id);
      }
      case Message.Rejected rejected -> rejected(attempt, rejected, now);
      case Message.Unknown _ -> {
        traces.add(attempt.id, Kind.UNKNOWN);
        if (attempt.maybeUnsent) {
          attempts.notRun(attempt, TaskError.UNDELIVERED, "it did not reach the worker");
        } else {
          attempts.lost(attempt, Loss.FORGOTTEN, "it does not know the attempt any more");
        }
      }
      case Message.Execute _, Message.ResultAck _, Message.Upload _ -> unexpected();
      case Message.Cancel _, Message.Probe _ -> unexpected();
    }
  }

  private void rejected(RunningAttempt attempt, Message.Rejected rejected, long now) {
    String reason = rejected.reason().code();
    log.info("attempt rejected reason={} detail={} {}", reason, rejected.detail(), attempt);
    traces.add(attempt.id, Kind.REJECTED, reason);
    if (rejected.reason() == Message.Rejection.MALFORMED) {
      TaskError error = new TaskError(TaskError.REJECTED, rejected.detail(), false);
      attempts.refused(attempt, error);
    } else {
      attempt.worker.block(now + blockFor);
      attempts.notRun(attempt, TaskError.REJECTED, (reason + " " + rejected.detail()).strip());
    }
  }

  private void ofCancelled(RunningAttempt attempt, Message message, InetSocketAddress from) {
    switch (message) {
      case Message.Accepted _, Message.Progress _ -> {} // it still runs: the cancel is sent again
      case Message.Result _, Message.ResultReady _ -> {
        traces.add(attempt.id, Kind.LATE_RESULT);
        link.acknowledgeResult(from, attempt.id);
        attempts.forget(attempt);
      }
      case Message.Rejected _, Message.Unknown _ -> attempts.forget(attempt);
      case Message.Execute _, Message.ResultAck _, Message.Upload _ -> unexpected();
      case Message.Cancel _, Message.Probe _ -> unexpected();
    }
  }

  /** A word on an attempt that is not, or no longer, running here. */
  private void stale(Message message, InetSocketAddress from) {
    switch (message) {
      case Message.Result _, Message.ResultReady _ -> {
        counters.staleResults.increment();
        traces.add(message.attempt(), Kind.LATE_RESULT);
        log.info(
            "a late or repeated result changes nothing task={} attempt={}",
            message.attempt().task(),
            message.attempt().number());
        link.acknowledgeResult(from, message.attempt());
      }
      case Message.Accepted accepted -> link.dismiss(from, accepted.attempt());
      case Message.Rejected _, Message.Unknown _, Message.Progress _ -> {}
      case Message.Execute _, Message.ResultAck _, Message.Upload _ -> unexpected();
      case Message.Cancel _, Message.Probe _ -> unexpected();
    }
  }

  private void unexpected() {
    link.counters().countDrop(Drop.UNEXPECTED);
  }
}
