package tasknet.dispatcher.dispatch;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.helpers.NOPLogger;
import tasknet.dispatcher.testkit.ScriptedNameservice;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.task.Outcome;
import tasknet.task.TaskType;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.MessageLink;
import tasknet.wire.Payload;
import tasknet.wire.UdpLink;

/**
 * Many workers of one type in one process, each with a socket of its own, and the nameservice that
 * tells of them: {@code ManyWorkersBench COUNT [SLOTS]}. Each answers an {@code execute} with its
 * payload at once. Prints the address of the nameservice, and goes on until it is ended; what a
 * dispatcher then needs for a task is measured by {@code .build/many-workers}.
 */
final class ManyWorkersBench {
  private static final TaskType TYPE = new TaskType("reverse");
  private static final InetAddress HOST = InetAddress.getLoopbackAddress();

  private final WorkerId id;
  private final int slots;
  private final MessageLink link;

  private ManyWorkersBench(int number, int slots) {
    this.id = new WorkerId("worker-" + number);
    this.slots = slots;
    LinkCounters counters = new LinkCounters();
    int datagram = MessageLink.DEFAULT_DATAGRAM;
    UdpLink socket =
        new UdpLink(
            new InetSocketAddress(HOST, 0),
            MessageLink.longestReceived(datagram),
            counters,
            NOPLogger.NOP_LOGGER);
    link = new MessageLink(socket, id.name(), 1, datagram, true, counters, NOPLogger.NOP_LOGGER);
    link.start(this::answer);
  }

  /** Opens them, and waits to be ended. */
  public static void main(String[] arguments) throws InterruptedException {
    int count = Integer.parseInt(arguments[0]);
    int slots = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    List<RegisteredWorker> workers = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      workers.add(new ManyWorkersBench(number, slots).registered());
    }
    try (ScriptedNameservice nameservice = new ScriptedNameservice()) {
      nameservice.tell(1, workers);
      nameservice.start();
      System.out.println(nameservice.uri());
      Thread.currentThread().join();
    }
  }

  private RegisteredWorker registered() {
    Registration registration =
        new Registration(
            Set.of(TYPE),
            HOST.getHostAddress(),
            link.address().getPort(),
            slots,
            1,
            "1",
            Instant.EPOCH);
    return new RegisteredWorker(id, registration, Instant.EPOCH, false);
  }

  private void answer(MessageLink.Inbound inbound) {
    for (Message message : inbound.messages()) {
      if (message instanceof Message.Execute execute
          && execute.payload() instanceof Payload.Inline(var json)) {
        Outcome done = new Outcome.Completed(json);
        link.send(inbound.from(), new Message.Result(execute.attempt(), done, slots));
      }
    }
    link.flush();
  }
}
