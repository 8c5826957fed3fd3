package tasknet.worker;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.registry.WorkerId;
import tasknet.runtime.EventLoop;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.tracing.Tracing;
import tasknet.wire.DatagramLink;
import tasknet.wire.Drop;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.MessageLink;
import tasknet.wire.Peer;
import tasknet.worker.handler.TaskHandler;

/**
 * Takes attempts from a link and answers them. One event loop owns the state: the link's thread and
 * the handlers' threads hand what they have to it, and only it sends.
 */
final class WorkerServer implements AutoCloseable {
  /** After the drain: how long the last results may take to be acknowledged. */
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private static final int MOST_PEERS = 1024;

  private final WorkerId id;
  private final OffLoop offLoop;
  private final Logger log;
  private final LinkCounters counters;
  private final MessageLink link;
  private final EventLoop loop;
  private final Executions executions;
  private final CountDownLatch drained = new CountDownLatch(1);

  // Whoever asks is answered where it is, so peers need no registration, but their number a bound.
  private final Map<InetSocketAddress, Peer> peers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Peer> eldest) {
          return size() > MOST_PEERS;
        }
      };

  private volatile boolean draining;
  private boolean started;

  /**
   * @param epoch which start of the process it is
   * @param datagram the largest datagram that is sent, in bytes
   * @param maxResult the largest payload and result, in bytes
   */
  WorkerServer(
      WorkerId id,
      long epoch,
      Map<TaskType, TaskHandler> handlers,
      Executions.Limits limits,
      int datagram,
      int maxResult,
      DatagramLink datagrams,
      LinkCounters counters,
      WorkerMetrics metrics,
      Tracing tracing,
      NanoClock clock,
      Logger log) {
    this(
        id,
        epoch,
        handlers.keySet(),
        limits,
        datagram,
        datagrams,
        counters,
        metrics,
        clock,
        RandomGenerator.getDefault(),
        new OffLoopThreads(id, handlers, maxResult, tracing, clock, log),
        log);
  }

  /**
   * @param offLoop runs handlers and carries large results; closed with the server
   */
  WorkerServer(
      WorkerId id,
      long epoch,
      Set<TaskType> types,
      Executions.Limits limits,
      int datagram,
      DatagramLink datagrams,
      LinkCounters counters,
      WorkerMetrics metrics,
      NanoClock clock,
      RandomGenerator random,
      OffLoop offLoop,
      Logger log) {
    this.id = id;
    this.offLoop = offLoop;
    this.log = log;
    this.counters = counters;
    this.link = new MessageLink(datagrams, id.name(), epoch, datagram, true, counters, log);
    this.loop =
        new EventLoop(
            "worker-loop",
            clock,
            this::turn,
            (_, fault) -> log.error("the worker's event loop met a fault worker={}", id, fault));
    this.executions =
        new Executions(
            epoch, types, limits, clock, random, new OnTheLoop(), counters, metrics, log);
  }

  /**
   * Binds the port and begins.
   *
   * @throws java.io.UncheckedIOException if the port cannot be bound
   */
  void start() {
    startByHand().start();
    started = true;
  }

  /** The same without a thread: whoever calls takes the turns of the loop. */
  EventLoop startByHand() {
    link.start(inbound -> loop.execute(() -> received(inbound)));
    return loop;
  }

  /** The address that is bound. */
  InetSocketAddress address() {
    return link.address();
  }

  /** From now on nothing new is begun; what runs goes on. */
  void drain() {
    draining = true;
    loop.execute(executions::drain);
  }

  boolean isDraining() {
    return draining;
  }

  /** Whether nothing runs and all results are acknowledged, after {@link #drain}. */
  boolean isDrained() {
    return drained.getCount() == 0;
  }

  /** Waits until nothing runs and all results are acknowledged, then stops what is left. */
  void close(Duration drainTimeout) {
    if (started) {
      started = false;
      drain();
      if (!isDrainedWithin(drainTimeout)) {
        stop();
        isDrainedWithin(FAREWELL);
      }
      loop.close();
    }
    link.close();
    offLoop.close();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  private boolean isDrainedWithin(Duration timeout) {
    try {
      return drained.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends what still runs; its results are sent. */
  void stop() {
    loop.execute(this::stopAll);
  }

  private void stopAll() {
    log.warn(
        "drain timeout: {} attempts are stopped, {} results are not acknowledged worker={}",
        executions.running(),
        executions.unacknowledged(),
        id);
    executions.stopAll();
  }

  private @Nullable Long turn(long now) {
    Long next = executions.turn(now);
    link.flush();
    if (draining && executions.isIdle()) {
      drained.countDown();
    }
    return next;
  }

  private void received(MessageLink.Inbound inbound) {
    Peer peer =
        peers.computeIfAbsent(
            inbound.from(), address -> new Peer(inbound.header().node(), address));
    for (Message message : inbound.messages()) {
      switch (message) {
        case Message.Execute execute -> executions.execute(peer, execute);
        case Message.Probe probe -> executions.probe(peer, probe.attempt());
        case Message.Cancel cancel -> executions.cancel(peer, cancel.attempt());
        case Message.ResultAck ack -> executions.resultAck(ack.attempt());
        case Message.Upload upload -> executions.upload(upload.attempt(), upload.url());
        case Message.Progress _, Message.WithCredit _ -> counters.countDrop(Drop.UNEXPECTED);
      }
    }
    for (MessageLink.Malformed malformed : inbound.malformed()) {
      executions.malformed(peer, malformed.attempt(), malformed.detail());
    }
  }

  /** What log lines say. */
  private record About(AttemptId attempt, WorkerId worker, @Nullable TraceContext trace) {
    @Override
    public String toString() {
      return "task="
          + attempt.task()
          + " attempt="
          + attempt.number()
          + " worker="
          + worker
          + TraceContext.inLog(trace);
    }
  }

  /** How the executions act; called on the loop's thread. */
  private final class OnTheLoop implements Executions.Outside, OffLoop.Told {
    @Override
    public void send(InetSocketAddress to, Message message) {
      try {
        link.send(to, message);
      } catch (IllegalArgumentException e) {
        counters.countDrop(Drop.SEND_FAILED);
        log.error("not sent: {} {}", e.getMessage(), about(message.attempt(), null));
      }
    }

    @Override
    public boolean fits(Message message) {
      return link.fits(message);
    }

    @Override
    public void upload(URI url, AttemptId attempt, JsonText result) {
      offLoop.upload(url, attempt, result, this);
    }

    @Override
    public Object about(AttemptId attempt, @Nullable TraceContext trace) {
      return new About(attempt, id, trace);
    }

    @Override
    public Executions.Run start(Message.Execute execute, long deadline) {
      return offLoop.start(execute, deadline, this);
    }

    @Override
    public void ended(AttemptId attempt, Executions.Run run, Outcome outcome) {
      loop.execute(() -> executions.ended(attempt, run, outcome));
    }

    @Override
    public void progressed(AttemptId attempt, Executions.Run run, int percent, String note) {
      loop.execute(() -> executions.progress(attempt, run, percent, note));
    }

    @Override
    public void uploaded(AttemptId attempt, boolean delivered) {
      loop.execute(() -> executions.uploaded(attempt, delivered));
    }
  }
}
