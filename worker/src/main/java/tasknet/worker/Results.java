package tasknet.worker;

import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TraceContext;
import tasknet.wire.Exchange;
import tasknet.wire.Exchanges;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.Peer;

/**
 * The results that the dispatcher has not acknowledged: sent again until they are, then given up
 * but kept for whoever asks. Pure: it is told the time. For one thread.
 */
final class Results {
  /** No attempt runs longer. */
  private static final Duration MOST_RAN = Duration.ofDays(1);

  private final Executions.Outside outside;
  private final Executions.Limits limits;
  private final IntSupplier credit;
  private final NanoClock clock;
  private final LinkCounters counters;
  private final WorkerMetrics metrics;
  private final Logger log;
  private final Kept<Entry> kept;
  private final Exchanges exchanges;
  private int uploading;

  private static final class Entry {
    private final Outcome outcome;
    private final Duration ran;
    private final @Nullable TraceContext trace;
    private Peer peer;
    private boolean uploading;

    /** By which the dispatcher was told last; null until then. */
    private @Nullable Exchange exchange;

    Entry(Outcome outcome, Duration ran, @Nullable TraceContext trace, Peer peer) {
      this.outcome = outcome;
      this.ran = ran;
      this.trace = trace;
      this.peer = peer;
    }
  }

  /**
   * @param credit free slots, asked whenever something is sent
   */
  Results(
      Executions.Outside outside,
      Executions.Limits limits,
      IntSupplier credit,
      NanoClock clock,
      RandomGenerator random,
      LinkCounters counters,
      WorkerMetrics metrics,
      Logger log) {
    this.outside = outside;
    this.limits = limits;
    this.credit = credit;
    this.clock = clock;
    this.counters = counters;
    this.metrics = metrics;
    this.log = log;
    this.kept = new Kept<>(limits.kept(), limits.keptFor().toNanos());
    this.exchanges = new Exchanges(random, counters);
  }

  boolean has(AttemptId attempt) {
    return kept.get(attempt) != null;
  }

  /** Keeps the outcome of an attempt that ran for so long, and begins to send it. */
  void add(RunningAttempt ended, Outcome outcome, Duration ran) {
    Entry entry = new Entry(outcome, ran, ended.trace, ended.peer);
    kept.put(ended.attempt, entry, clock.nanoTime());
    send(ended.peer, ended.attempt, entry);
  }

  /** Puts a large result where the dispatcher wants it, unless that is under way. */
  void upload(AttemptId attempt, URI url) {
    Entry entry = kept.get(attempt);
    if (entry != null && !entry.uploading && entry.outcome instanceof Outcome.Completed(var json)) {
      exchanges.acknowledge(entry.exchange, clock.nanoTime());
      entry.uploading = true;
      uploading++;
      outside.upload(url, attempt, json);
    }
  }

  /** An upload failed; tells whether the result is still to be delivered. */
  boolean notUploaded(AttemptId attempt) {
    Entry entry = kept.get(attempt);
    return entry != null && endUpload(entry);
  }

  /** Returns whether there was one. */
  private boolean endUpload(Entry entry) {
    if (!entry.uploading) {
      return false;
    }
    entry.uploading = false;
    uploading--;
    return true;
  }

  /** Tells the dispatcher once more that there is a result. */
  void announce(AttemptId attempt) {
    Entry entry = kept.get(attempt);
    if (entry != null && !entry.uploading) {
      send(entry.peer, attempt, entry);
    }
  }

  /** Sends a result to whoever asks for it now. */
  void answer(Peer peer, AttemptId attempt) {
    Entry entry = kept.get(attempt);
    if (entry == null) {
      return;
    }
    boolean underWay = entry.exchange != null && entry.exchange.isOpen();
    if (underWay && entry.peer.address().equals(peer.address())) {
      outside.send(peer.address(), message(attempt, entry));
    } else {
      entry.peer = peer;
      send(peer, attempt, entry);
    }
  }

  /** Forgets a result that the dispatcher has; tells whether there was one. */
  boolean acknowledge(AttemptId attempt) {
    Entry entry = kept.remove(attempt);
    if (entry == null) {
      return false;
    }
    boolean _ = endUpload(entry);
    exchanges.acknowledge(entry.exchange, clock.nanoTime());
    return true;
  }

  private void send(Peer peer, AttemptId attempt, Entry entry) {
    exchanges.abandon(entry.exchange);
    Message message = message(attempt, entry);
    outside.send(peer.address(), message);
    entry.exchange = exchanges.begin(peer, message, clock.nanoTime());
  }

  /** The result itself or, where that exceeds a datagram, the word that there is one. */
  private Message message(AttemptId attempt, Entry entry) {
    int free = credit.getAsInt();
    Message result = new Message.Result(attempt, entry.outcome, free, entry.ran);
    return entry.outcome instanceof Outcome.Completed(var json) && !outside.fits(result)
        ? new Message.ResultReady(attempt, json.bytes(), free, entry.ran)
        : result;
  }

  /**
   * Sends again what is due, and forgets what is too old or too much.
   *
   * @param forgotten told of attempts whose results are gone
   */
  void turn(long now, Consumer<AttemptId> forgotten) {
    exchanges.poll(
        now,
        new Exchanges.Due() {
          @Override
          public void retransmit(Peer peer, Message request) {
            sendAgain(peer, request.attempt());
          }

          @Override
          public void giveUp(Peer peer, Message request) {
            metrics.unacknowledged();
            log.warn("result is not acknowledged; kept for probes {}", about(request.attempt()));
          }
        });
    kept.forget(
        now,
        (attempt, entry) -> {
          boolean _ = endUpload(entry);
          exchanges.abandon(entry.exchange);
          metrics.lost();
          log.warn(
              "result forgotten before it was acknowledged {}",
              outside.about(attempt, entry.trace));
          forgotten.accept(attempt);
        });
  }

  private Object about(AttemptId attempt) {
    Entry entry = kept.get(attempt);
    return outside.about(attempt, entry == null ? null : entry.trace);
  }

  private void sendAgain(Peer peer, AttemptId attempt) {
    Entry entry = kept.get(attempt);
    if (entry != null) {
      counters.countRetransmission();
      log.debug("result sent again to {} {}", peer, outside.about(attempt, entry.trace));
      // Made anew, because the credit of the first one would be wrong by now.
      outside.send(peer.address(), message(attempt, entry));
    }
  }

  /** When {@link #turn} is wanted next, on the nano clock; null for no matter when. */
  @Nullable Long nextDue() {
    return exchanges.nextDue();
  }

  /** Results that are not acknowledged. */
  int size() {
    return kept.size();
  }

  /** Results that are still being sent. */
  int underWay() {
    return exchanges.size() + uploading;
  }

  /** The outcome, with its error's message shortened until it can be sent. */
  Outcome fitting(AttemptId attempt, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> outcome;
      case Outcome.Failed(TaskError error) ->
          error.message().isEmpty()
                  || outside.fits(new Message.Result(attempt, outcome, limits.slots(), MOST_RAN))
              ? outcome
              : fitting(
                  attempt,
                  new Outcome.Failed(
                      new TaskError(
                          error.code(),
                          OneLine.of(error.message(), error.message().length() / 2),
                          error.retryable())));
    };
  }
}
