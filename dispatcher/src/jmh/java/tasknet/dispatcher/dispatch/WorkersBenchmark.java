package tasknet.dispatcher.dispatch;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.task.TaskType;

/**
 * What it costs to choose a worker when one slot has just become free among many that are taken.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WorkersBenchmark {
  private static final TaskType TYPE = new TaskType("reverse");
  private static final int SLOTS = 4;

  @Param({"10", "100", "1000"})
  private int registered;

  private final Random random = new Random(1);
  private final Workers workers = new Workers(random);
  private final List<KnownWorker> all = new ArrayList<>();

  @Setup
  public void fill() {
    List<RegisteredWorker> entries = new ArrayList<>();
    Map<WorkerId, InetSocketAddress> addresses = new HashMap<>();
    for (int number = 0; number < registered; number++) {
      WorkerId id = new WorkerId("worker-" + number);
      Registration registration =
          new Registration(Set.of(TYPE), "127.0.0.1", 1 + number, SLOTS, 1, "1", Instant.EPOCH);
      entries.add(new RegisteredWorker(id, registration, Instant.EPOCH, false));
      addresses.put(id, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1 + number));
    }
    workers.update(new WorkerList(1, entries), addresses, 0, _ -> {});
    all.addAll(workers.all());
    all.forEach(
        worker -> {
          for (int slot = 0; slot < SLOTS; slot++) {
            worker.reserve();
          }
        });
  }

  /** One attempt ends, the next is begun, and there is no room for a third. */
  @Benchmark
  public void choose(Blackhole out) {
    all.get(random.nextInt(all.size())).unreserve();
    KnownWorker next = workers.choose(TYPE, 0);
    next.reserve();
    out.consume(next);
    out.consume(workers.choose(TYPE, 0));
  }
}
