package tasknet.dispatcher.testkit;

import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.testkit.ScriptedPeer;
import tasknet.wire.Message;
import tasknet.wire.MessageLink;
import tasknet.wire.Payload;

/**
 * A worker on a real socket that answers what a test tells it to, and nothing by itself. What it
 * tells has been taken in by the dispatcher when the call returns.
 */
public final class ScriptedWorker implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** Attempts of tasks that do not exist, to see that all before has been heard. */
  private static final TaskId FENCE = new TaskId(0, 1);

  private final String name;
  private final int capacity;
  private final Set<TaskType> types;
  private final Set<AttemptId> given = new HashSet<>();
  private ScriptedPeer peer;
  private long epoch;
  private int fences;
  private int free;
  private @Nullable InetSocketAddress dispatcher;

  private ScriptedWorker(String name, long epoch, int capacity, Set<TaskType> types) {
    this.name = name;
    this.epoch = epoch;
    this.capacity = capacity;
    this.free = capacity;
    this.types = types;
    this.peer = ScriptedPeer.open(name, epoch);
  }

  /** Opens a worker with a free port. */
  public static ScriptedWorker open(String name, int capacity, String... types) {
    Set<TaskType> all = Stream.of(types).map(TaskType::new).collect(Collectors.toSet());
    return new ScriptedWorker(name, 1_000, capacity, all);
  }

  /** As the nameservice tells of it. */
  public RegisteredWorker registration() {
    Registration registration =
        new Registration(
            types,
            peer.address().getHostString(),
            peer.address().getPort(),
            capacity,
            epoch,
            "1",
            Instant.EPOCH,
            "box-of-" + name);
    return new RegisteredWorker(new WorkerId(name), registration, Instant.EPOCH, false);
  }

  public String name() {
    return name;
  }

  public long epoch() {
    return epoch;
  }

  public InetSocketAddress address() {
    return peer.address();
  }

  public ScriptedPeer peer() {
    return peer;
  }

  /** Ends it, and starts it again at the same address with the next epoch. */
  public void restart() {
    InetSocketAddress bind = peer.address();
    peer.close();
    epoch++;
    free = capacity;
    peer = ScriptedPeer.open(name, epoch, MessageLink.DEFAULT_DATAGRAM, bind);
  }

  /** The credit that it tells from now on. */
  public void free(int slots) {
    free = slots;
  }

  /** Where the dispatcher is; known by itself after the first message. */
  public void dispatcherAt(InetSocketAddress address) {
    dispatcher = new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort());
  }

  // ---- what it hears ---------------------------------------------------------------------------

  /** Waits for the next attempt that it is given; copies are passed over. */
  public Message.Execute expectExecute() {
    Message.Execute execute =
        expect(Message.Execute.class, next -> !given.contains(next.attempt()));
    given.add(execute.attempt());
    return execute;
  }

  /** Waits until it is told to run that attempt. */
  public Message.Execute expectExecute(AttemptId attempt) {
    given.add(attempt);
    return expect(Message.Execute.class, attempt);
  }

  /** What an attempt is given. */
  public static String payload(Message.Execute execute) {
    return switch (execute.payload()) {
      case Payload.Inline(JsonText json) -> json.text();
      case Payload.Reference reference -> reference.url().toString();
    };
  }

  public void expectAck(AttemptId attempt) {
    expect(Message.ResultAck.class, attempt);
  }

  public void expectCancel(AttemptId attempt) {
    expect(Message.Cancel.class, attempt);
  }

  public void expectProbe(AttemptId attempt) {
    expect(Message.Probe.class, attempt);
  }

  /** Every message of that kind that has been sent to it so far, oldest first. */
  public <M extends Message> List<M> heard(Class<M> type) {
    sendToItself();
    return peer.seen().stream()
        .filter(message -> !message.attempt().task().equals(FENCE))
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** How many messages of that kind on that attempt have been sent to it so far. */
  public long heard(Class<? extends Message> type, AttemptId attempt) {
    return heard(type).stream().filter(message -> message.attempt().equals(attempt)).count();
  }

  // ---- what it tells ---------------------------------------------------------------------------

  public void accept(AttemptId attempt) {
    tell(new Message.Accepted(attempt, free));
  }

  public void complete(AttemptId attempt, String result) {
    tell(completed(attempt, result));
  }

  public void fail(AttemptId attempt, String code, boolean retryable) {
    TaskError error = new TaskError(code, "It went wrong.", retryable);
    tell(new Message.Result(attempt, new Outcome.Failed(error), free));
  }

  public void reject(AttemptId attempt, Message.Rejection reason) {
    tell(new Message.Rejected(attempt, reason, "No.", free));
  }

  public void progress(AttemptId attempt) {
    progress(attempt, 50, "half");
  }

  public void progress(AttemptId attempt, int percent, String note) {
    tell(new Message.Progress(attempt, percent, note));
  }

  /** Says that nothing is known of it. */
  public void unknown(AttemptId attempt) {
    tell(new Message.Unknown(attempt, free));
  }

  /** After a restart: says for the first time who it is, and is asked whether that is so. */
  public void confirm(AttemptId attempt) {
    long asked = heard(Message.Probe.class, attempt);
    send(new Message.Unknown(attempt, free));
    await().until(() -> heard(Message.Probe.class, attempt) > asked);
  }

  /** A result, to be sent by {@link #send}. */
  public Message completed(AttemptId attempt, String result) {
    return new Message.Result(attempt, new Outcome.Completed(new JsonText(result)), free);
  }

  /** Sends messages in one datagram, and waits until the dispatcher has taken them in. */
  public void tell(Message... messages) {
    AttemptId fence = new AttemptId(FENCE, ++fences);
    Message last = new Message.Accepted(fence, free);
    send(Stream.concat(Stream.of(messages), Stream.of(last)).toArray(Message[]::new));
    peer.expect(Message.Cancel.class, cancel -> cancel.attempt().equals(fence), SOON);
  }

  /** Sends messages in one datagram. */
  public void send(Message... messages) {
    if (dispatcher == null) {
      throw new IllegalStateException("it has not heard of a dispatcher");
    }
    peer.send(dispatcher, messages);
  }

  @Override
  public void close() {
    peer.close();
  }

  private <M extends Message> M expect(Class<M> type, AttemptId attempt) {
    return expect(type, message -> message.attempt().equals(attempt));
  }

  private <M extends Message> M expect(Class<M> type, Predicate<M> wanted) {
    var received = peer.receive(type, wanted, SOON);
    dispatcher = received.from();
    return received.message();
  }

  /** What was sent to a socket arrives in order: when this has come, all before it has. */
  private void sendToItself() {
    AttemptId fence = new AttemptId(FENCE, ++fences);
    peer.send(peer.address(), new Message.Probe(fence));
    peer.expect(Message.Probe.class, probe -> probe.attempt().equals(fence), SOON);
  }
}
