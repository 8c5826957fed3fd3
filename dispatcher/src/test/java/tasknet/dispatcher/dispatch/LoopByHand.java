package tasknet.dispatcher.dispatch;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import tasknet.dispatcher.exchange.WorkerLink;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.AttemptLinks;
import tasknet.dispatcher.task.TypeRules;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.runtime.EventLoop;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.tracing.Tracing;
import tasknet.wire.DatagramLink;
import tasknet.wire.LinkCounters;
import tasknet.wire.MessageLink;

/** A dispatch loop without a thread: whoever has it takes its turns. */
public final class LoopByHand {
  /** So long somebody waits at most; it is measured by the real clock, so never reached. */
  public static final Duration PATIENCE = Duration.ofDays(1);

  private static final int INLINE_BYTES = 880;

  /** So few that records are used again, and tasks outlive theirs. */
  private static final int TRACES = 20;

  private final LinkCounters counters = new LinkCounters();
  private final AttemptLinks links;
  private final WorkerLink link;
  private final DispatchLoop loop;

  /**
   * @param epoch which start of the dispatcher it is
   * @param others where the store is read
   */
  public LoopByHand(
      TaskStore store,
      DatagramLink datagrams,
      long epoch,
      DispatchSettings settings,
      TypeRules rules,
      Executor others,
      InstantSource clock,
      NanoClock nanos,
      RandomGenerator random,
      Logger log) {
    MessageLink messages =
        new MessageLink(
            datagrams, "dispatcher", epoch, MessageLink.DEFAULT_DATAGRAM, counters, log);
    links = new AttemptLinks(() -> URI.create("http://10.0.0.1:4000"), random);
    TaskTraces traces = new TaskTraces(TRACES, clock, nanos);
    link = new WorkerLink(messages, links, INLINE_BYTES, traces, random);
    loop =
        new DispatchLoop(
            store,
            link,
            settings,
            rules,
            Long.MAX_VALUE,
            new Waiters(traces),
            traces,
            Tracing.OFF,
            others,
            clock,
            nanos,
            random,
            log);
  }

  /** Begins; the loop is turned by whoever calls. */
  public EventLoop start() {
    return loop.startByHand();
  }

  public DispatchLoop loop() {
    return loop;
  }

  /** A result is put at an address; completes with whether it was recorded, or is not wanted. */
  public CompletableFuture<Boolean> put(URI url, AttemptId attempt, JsonText result) {
    return isOurs(url, attempt)
        ? loop.deliver(attempt, new Outcome.Completed(result))
            .thenApply(delivery -> delivery != Delivery.UNDER_WAY)
        : CompletableFuture.completedFuture(false);
  }

  /** A payload is fetched at an address; completes with whether it is handed out. */
  public CompletableFuture<Boolean> fetch(URI url, AttemptId attempt) {
    return isOurs(url, attempt)
        ? loop.isRunning(attempt)
        : CompletableFuture.completedFuture(false);
  }

  private boolean isOurs(URI url, AttemptId attempt) {
    return links.fits(attempt, url.getQuery().substring("key=".length()));
  }

  public LinkCounters counters() {
    return counters;
  }

  /** Whether a request to a worker waits for its answer, or did so a moment ago. */
  public boolean awaitsAnswers() {
    return link.nextDue() != null;
  }
}
