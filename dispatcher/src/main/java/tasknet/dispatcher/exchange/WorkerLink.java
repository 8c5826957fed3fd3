package tasknet.dispatcher.exchange;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptLinks;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TraceContext;
import tasknet.task.TraceStep.Kind;
import tasknet.wire.Exchange;
import tasknet.wire.Exchanges;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.MessageLink;
import tasknet.wire.Payload;
import tasknet.wire.Peer;

/**
 * The dispatcher's side of the exchanges with workers: {@code execute}, {@code cancel} and {@code
 * probe} are sent again until they are acknowledged. For the dispatch loop's thread.
 */
public final class WorkerLink implements AutoCloseable {
  private static final int TRACEPARENT = ",\"traceparent\":\"\"".length() + TraceContext.LENGTH;
  private static final int TRACESTATE = ",\"tracestate\":\"\"".length();

  private final MessageLink link;
  private final AttemptLinks links;
  private final int inlineBytes;
  private final Exchanges exchanges;
  private final TaskTraces traces;

  /**
   * @param links where payloads and results go that exceed a datagram
   * @param inlineBytes the largest payload that is sent in a datagram, in bytes of UTF-8
   * @param traces told of what is sent
   */
  public WorkerLink(
      MessageLink link,
      AttemptLinks links,
      int inlineBytes,
      TaskTraces traces,
      RandomGenerator random) {
    this.link = link;
    this.links = links;
    this.inlineBytes = inlineBytes;
    this.traces = traces;
    this.exchanges = new Exchanges(random, link.counters());
  }

  public void start(Consumer<MessageLink.Inbound> receiver) {
    link.start(receiver);
  }

  /**
   * Hands a worker the next attempt of a task, which may run for that long, until it is {@link
   * #answered}, given up or {@link #abandon}ed.
   *
   * @param epoch of the worker's process that gets it
   * @param trace where in a distributed trace the attempt belongs; null for none
   */
  public Exchange execute(
      Peer worker,
      long epoch,
      QueuedTask task,
      @Nullable TraceContext trace,
      Duration timeLeft,
      long now) {
    return request(worker, execute(task, epoch, trace, timeLeft), Kind.SENT, now);
  }

  /** Sends an attempt once more, outside of the timer of its exchange. */
  public void executeAgain(
      Exchange exchange,
      Peer worker,
      long epoch,
      QueuedTask task,
      @Nullable TraceContext trace,
      Duration timeLeft) {
    exchanges.sentAgain(exchange);
    sendAgain(worker, inTime(execute(task, epoch, trace, timeLeft), timeLeft));
  }

  /** Asks a worker to stop an attempt, until it answers or is given up. */
  public Exchange cancel(Peer worker, AttemptId attempt, long now) {
    return request(worker, new Message.Cancel(attempt), Kind.CANCEL_SENT, now);
  }

  /** Asks a worker what it knows of an attempt, until it answers or is given up. */
  public Exchange recover(Peer worker, AttemptId attempt, long now) {
    return request(worker, new Message.Probe(attempt), Kind.PROBED, now);
  }

  /** Asks a worker once; whoever calls asks again when it wants to. */
  public void probe(Peer worker, AttemptId attempt) {
    traces.add(attempt, Kind.PROBED);
    link.send(worker.address(), new Message.Probe(attempt));
  }

  /** Tells a worker where to put a result that exceeds a datagram. */
  public void invite(InetSocketAddress worker, AttemptId attempt) {
    traces.add(attempt, Kind.INVITED);
    link.send(worker, new Message.Upload(attempt, links.result(attempt)));
  }

  /** Tells a worker that it may forget a result. */
  public void acknowledgeResult(InetSocketAddress worker, AttemptId attempt) {
    traces.add(attempt, Kind.RESULT_ACKNOWLEDGED);
    link.send(worker, new Message.ResultAck(attempt));
  }

  /** Tells a worker once that an attempt is not wanted any more. */
  public void dismiss(InetSocketAddress worker, AttemptId attempt) {
    traces.add(attempt, Kind.CANCEL_SENT);
    link.send(worker, new Message.Cancel(attempt));
  }

  /** A request has been answered; null for none. */
  public void answered(@Nullable Exchange request, long now) {
    exchanges.acknowledge(request, now);
  }

  /** The answer is not waited for any longer; null for none. */
  public void abandon(@Nullable Exchange request) {
    exchanges.abandon(request);
  }

  /**
   * Sends again what is due.
   *
   * @param timeLeft how long an attempt may run from now on
   * @param onGiveUp told of requests that were not acknowledged after their last retransmission
   */
  public void poll(long now, Function<AttemptId, Duration> timeLeft, Consumer<Message> onGiveUp) {
    exchanges.poll(
        now,
        new Exchanges.Due() {
          @Override
          public void retransmit(Peer peer, Message request) {
            sendAgain(
                peer,
                request instanceof Message.Execute execute
                    ? inTime(execute, timeLeft.apply(execute.attempt()))
                    : request);
          }

          @Override
          public void giveUp(Peer peer, Message request) {
            traces.add(request.attempt(), Kind.GIVEN_UP, request.op());
            onGiveUp.accept(request);
          }
        });
  }

  /** When to poll next, on the nano clock; null for not at all. */
  public @Nullable Long nextDue() {
    return exchanges.nextDue();
  }

  /** Sends what has been packed. */
  public void flush() {
    link.flush();
  }

  public LinkCounters counters() {
    return link.counters();
  }

  public InetSocketAddress address() {
    return link.address();
  }

  @Override
  public void close() {
    link.close();
  }

  private Exchange request(Peer worker, Message request, Kind kind, long now) {
    traces.add(request.attempt(), kind);
    link.send(worker.address(), request);
    return exchanges.begin(worker, request, now);
  }

  private void sendAgain(Peer worker, Message request) {
    link.counters().countRetransmission();
    traces.add(request.attempt(), Kind.RETRANSMITTED, request.op());
    link.send(worker.address(), request);
  }

  /**
   * What is sent again may arrive as the first: it tells of the time that is left now. When none is
   * left it asks instead, and a worker that does not know the attempt will not run it any more.
   */
  private static Message inTime(Message.Execute execute, Duration timeLeft) {
    return timeLeft.isPositive()
        ? new Message.Execute(
            execute.attempt(),
            execute.type(),
            wholeMillis(timeLeft),
            execute.payload(),
            execute.epoch(),
            execute.trace())
        : new Message.Probe(execute.attempt());
  }

  /** Rounded up, so that no attempt ends before its time. */
  private static Duration wholeMillis(Duration duration) {
    return Duration.ofMillis(duration.plusNanos(999_999).toMillis());
  }

  private Message.Execute execute(
      QueuedTask task, long epoch, @Nullable TraceContext trace, Duration timeLeft) {
    TraceContext sent = trace == null ? null : sendable(trace);
    return new Message.Execute(
        task.nextAttempt(),
        task.request().type(),
        wholeMillis(timeLeft),
        payload(task, inlineBytes - bytes(sent)),
        epoch,
        sent);
  }

  /** What vendors say is left out when it would leave little room for the payload. */
  private TraceContext sendable(TraceContext trace) {
    return bytes(trace) > inlineBytes / 2 ? trace.withoutState() : trace;
  }

  /** What a trace takes of a datagram. */
  private static int bytes(@Nullable TraceContext trace) {
    if (trace == null) {
      return 0;
    }
    String state = trace.tracestate();
    return TRACEPARENT + (state == null ? 0 : TRACESTATE + state.length() + escaped(state));
  }

  /** Characters before which JSON has a backslash. */
  private static int escaped(String text) {
    return (int) text.chars().filter(letter -> letter == '"' || letter == '\\').count();
  }

  /**
   * @param room for it, in bytes
   */
  private Payload payload(QueuedTask task, int room) {
    JsonText json = task.request().payload();
    return json.fitsInto(room)
        ? new Payload.Inline(json)
        : new Payload.Reference(links.payload(task.nextAttempt()), json.bytes());
  }
}
