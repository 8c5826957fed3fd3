package tasknet.wire;

import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import tasknet.task.AttemptId;
import tasknet.task.TaskIds;

/** What it costs to watch over one request until its answer, while others are watched over. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimerBenchmark {
  /** Between a request and the next one, in nanoseconds: 100,000 a second. */
  private static final long APART = 10_000;

  private static final Exchanges.Due NOTHING_IS_LATE =
      new Exchanges.Due() {
        @Override
        public void retransmit(Peer peer, Message request) {
          throw new IllegalStateException("late");
        }

        @Override
        public void giveUp(Peer peer, Message request) {
          throw new IllegalStateException("late");
        }
      };

  @Param({"64", "4096"})
  private int underWay;

  private final TaskIds ids = new TaskIds(java.time.Instant::now, new Random(1));
  private final Exchanges exchanges = new Exchanges(new Random(1));
  private final Peer peer = new Peer("worker", new InetSocketAddress("127.0.0.1", 6000));
  private Message[] requests;
  private Exchange[] begun;
  private int next;
  private long now;

  @Setup
  public void begin() {
    requests = new Message[underWay];
    begun = new Exchange[underWay];
    for (int index = 0; index < underWay; index++) {
      requests[index] = new Message.Accepted(new AttemptId(ids.next(), 1), 1);
      begun[index] = exchanges.begin(peer, requests[index], now);
    }
  }

  /** The oldest is answered, another begins, and it is seen to what is late. */
  @Benchmark
  public Long exchange() {
    now += APART;
    exchanges.acknowledge(begun[next], now);
    begun[next] = exchanges.begin(peer, requests[next], now);
    next = next + 1 == underWay ? 0 : next + 1;
    exchanges.poll(now, NOTHING_IS_LATE);
    return exchanges.nextDue();
  }
}
