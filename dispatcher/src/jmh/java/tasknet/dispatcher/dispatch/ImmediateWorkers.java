package tasknet.dispatcher.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.task.TaskType;
import tasknet.wire.DatagramLink;

/**
 * Any number of workers at the other end of a link without a network: each answers every {@code
 * execute} with its result, before the sending of the datagram returns.
 */
final class ImmediateWorkers implements DatagramLink {
  private static final int SLOTS = 4;
  private static final String EXECUTE = "{\"op\":\"execute\",\"task\":\"";
  private static final int ID = 26;

  private final WorkerList list;
  private final List<One> byPort = new ArrayList<>();
  private Receiver receiver = (_, _, _) -> {};

  private static final class One {
    private final String name;
    private long sequence;

    One(String name) {
      this.name = name;
    }
  }

  ImmediateWorkers(int count, TaskType type) {
    InetAddress host = InetAddress.getLoopbackAddress();
    List<RegisteredWorker> entries = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      WorkerId id = new WorkerId("worker-" + number);
      Registration registration =
          new Registration(
              Set.of(type), host.getHostAddress(), number, SLOTS, 1, "1", Instant.EPOCH);
      entries.add(new RegisteredWorker(id, registration, Instant.EPOCH, false));
      byPort.add(new One(id.name()));
    }
    list = new WorkerList(1, entries);
  }

  /** All of them, as the nameservice tells of them. */
  WorkerList list() {
    return list;
  }

  @Override
  public void start(Receiver dispatcher) {
    receiver = dispatcher;
  }

  @Override
  public void send(InetSocketAddress to, byte[] data, int length) {
    One worker = byPort.get(to.getPort() - 1);
    String datagram = new String(data, 0, length, ISO_8859_1);
    StringBuilder answer = new StringBuilder(length);
    for (int at = datagram.indexOf(EXECUTE); at >= 0; at = datagram.indexOf(EXECUTE, at + 1)) {
      if (answer.isEmpty()) {
        answer.append("TN1 ").append(worker.name).append(" 1 ").append(worker.sequence++);
        answer.append('\n');
      }
      answer.append("{\"op\":\"result\",\"task\":\"");
      answer.append(datagram, at + EXECUTE.length(), at + EXECUTE.length() + ID);
      answer.append("\",\"attempt\":1,\"result\":\"done\",\"ran\":5,\"credit\":4}\n");
    }
    if (!answer.isEmpty()) {
      byte[] bytes = answer.toString().getBytes(ISO_8859_1);
      receiver.received(to, bytes, bytes.length);
    }
  }

  @Override
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 6000);
  }

  @Override
  public void close() {}
}
