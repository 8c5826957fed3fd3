package tasknet.devtools.simulation;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import tasknet.wire.DatagramLink;

/**
 * What lies between the hosts: datagrams are lost, doubled, damaged, late and overtake each other;
 * calls fail; hosts are cut off from one another, also in one direction only.
 */
final class Network {
  private static final long FASTEST = 50_000;
  private static final long USUAL = 1_500_000;

  /**
   * How bad it is.
   *
   * @param late how many datagrams take up to {@code latest} nanoseconds
   */
  record Quality(double loss, double duplication, double corruption, double late, long latest) {
    static final Quality PERFECT = new Quality(0, 0, 0, 0, 1);
  }

  private final VirtualTime time;
  private final SplittableRandom random;
  private final Ledger ledger;
  private final Trace trace;
  private final Map<InetSocketAddress, Endpoint> endpoints = new HashMap<>();
  private final TreeSet<String> cut = new TreeSet<>();
  private Quality quality = Quality.PERFECT;
  private double burst;

  private record Endpoint(SimulatedProcess process, DatagramLink.Receiver receiver) {}

  Network(VirtualTime time, SplittableRandom random, Ledger ledger, Trace trace) {
    this.time = time;
    this.random = random;
    this.ledger = ledger;
    this.trace = trace;
  }

  void quality(Quality now) {
    quality = now;
  }

  /** From now on this part of the datagrams is lost, whatever else. */
  void burst(double loss) {
    burst = loss;
  }

  /** From now on nothing passes from one host to the other. */
  void cut(String from, String to) {
    cut.add(from + ">" + to);
  }

  void mend(String from, String to) {
    cut.remove(from + ">" + to);
  }

  void mendAll() {
    cut.clear();
    burst = 0;
    quality = Quality.PERFECT;
  }

  private boolean passes(String from, String to) {
    return !cut.contains(from + ">" + to);
  }

  // ---- datagrams -------------------------------------------------------------------------------

  /** A socket of a process that lives until the process ends. */
  DatagramLink open(SimulatedProcess process, InetSocketAddress address) {
    return new Socket(process, address);
  }

  private final class Socket implements DatagramLink {
    private final SimulatedProcess process;
    private final InetSocketAddress address;

    Socket(SimulatedProcess process, InetSocketAddress address) {
      this.process = process;
      this.address = address;
    }

    @Override
    public void start(Receiver receiver) {
      endpoints.put(address, new Endpoint(process, receiver));
      process.onEnd(this::close);
    }

    @Override
    public void send(InetSocketAddress to, byte[] data, int length) {
      Network.this.send(process.host, address, to, Arrays.copyOf(data, length));
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public void close() {
      endpoints.remove(address);
    }
  }

  private void send(String host, InetSocketAddress from, InetSocketAddress to, byte[] data) {
    ledger.count(Ledger.Entry.DATAGRAMS);
    int copies = 1;
    if (random.nextDouble() < quality.duplication) {
      copies = 2;
      ledger.count(Ledger.Entry.DATAGRAMS_DUPLICATED);
    }
    for (int copy = 0; copy < copies; copy++) {
      boolean lost =
          random.nextDouble() < quality.loss || (burst > 0 && random.nextDouble() < burst);
      if (lost) {
        ledger.count(Ledger.Entry.DATAGRAMS_LOST);
        trace(host, to, "lost", data);
      } else {
        byte[] arriving = random.nextDouble() < quality.corruption ? damaged(data) : data;
        long delay = delay();
        if (trace.isKept()) {
          trace(host, to, "arrives after " + delay / 1000 + " us", data);
        }
        time.after(delay, () -> arrive(host, from, to, arriving));
      }
    }
  }

  private void arrive(String host, InetSocketAddress from, InetSocketAddress to, byte[] data) {
    Endpoint endpoint = endpoints.get(to);
    if (endpoint == null || !endpoint.process.isAlive()) {
      ledger.count(Ledger.Entry.DATAGRAMS_LOST);
    } else if (!passes(host, endpoint.process.host)) {
      ledger.count(Ledger.Entry.DATAGRAMS_CUT_OFF);
    } else {
      // A process that is paused finds it in its socket when it goes on.
      endpoint.process.here(() -> endpoint.receiver.received(from, data, data.length)).run();
    }
  }

  private void trace(String host, InetSocketAddress to, String fate, byte[] data) {
    if (trace.isKept()) {
      String text = new String(data, java.nio.charset.StandardCharsets.UTF_8).strip();
      trace.add("{} -> {} {}: {}", host, to.getHostString(), fate, text.replace("\n", " | "));
    }
  }

  private long delay() {
    if (random.nextDouble() < quality.late) {
      ledger.count(Ledger.Entry.DATAGRAMS_LATE);
      return FASTEST + random.nextLong(quality.latest);
    }
    return FASTEST + random.nextLong(USUAL);
  }

  /** As far as it gets: what UDP's checksum does not discard has to be told by its first bytes. */
  private byte[] damaged(byte[] data) {
    ledger.count(Ledger.Entry.DATAGRAMS_CORRUPTED);
    byte[] other = random.nextBoolean() ? data.clone() : Arrays.copyOf(data, data.length / 8);
    for (int at = 0; at < Math.min(4, other.length); at++) {
      other[at] ^= (byte) (1 + random.nextInt(255));
    }
    return other;
  }

  // ---- calls -----------------------------------------------------------------------------------

  /**
   * One call over HTTP, without its documents.
   *
   * @param serve done at the other side; its answer may come later
   * @param failed when there is no answer; the call may have been served or not
   */
  <T> void call(
      SimulatedProcess from,
      SimulatedProcess to,
      long timeout,
      Consumer<Consumer<T>> serve,
      Consumer<T> answered,
      Runnable failed) {
    Call<T> call = new Call<>(from, to, answered, failed);
    from.after(timeout, () -> call.finish(failed));
    time.after(delay(), () -> call.arrive(serve));
  }

  private final class Call<T> {
    private final SimulatedProcess from;
    private final SimulatedProcess to;
    private final Consumer<T> answered;
    private final Runnable failed;
    private final Consumer<Runnable> back;
    private boolean over;

    Call(SimulatedProcess from, SimulatedProcess to, Consumer<T> answered, Runnable failed) {
      this.from = from;
      this.to = to;
      this.answered = answered;
      this.failed = failed;
      // Bound now: what comes back is for the process that called, not for the one after it.
      Runnable[] work = new Runnable[1];
      Runnable bound = from.here(() -> work[0].run());
      this.back =
          next -> {
            work[0] = next;
            bound.run();
          };
    }

    void arrive(Consumer<Consumer<T>> serve) {
      if (!passes(from.host, to.host)) {
        return;
      }
      if (!to.isAlive()) {
        time.after(delay(), () -> finish(failed)); // refused
        return;
      }
      to.onEnd(() -> time.after(delay(), () -> finish(failed)));
      to.here(() -> serve.accept(this::answer)).run();
    }

    private void answer(T value) {
      time.after(
          delay(),
          () -> {
            if (passes(to.host, from.host)) {
              finish(() -> answered.accept(value));
            }
          });
    }

    void finish(Runnable how) {
      if (!over) {
        over = true;
        back.accept(how);
      }
    }
  }
}
