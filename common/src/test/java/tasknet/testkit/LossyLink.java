package tasknet.testkit;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tasknet.wire.DatagramLink;

/**
 * A link that does to what is sent through it what a bad network does. The fate of the n-th
 * datagram follows from the seed alone, so print the link ({@code as("%s", link)}) in assertions.
 */
public final class LossyLink implements DatagramLink {
  private final DatagramLink link;
  private final long seed;
  private final SplittableRandom random;
  private final Set<InetSocketAddress> unreachable = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor later;
  private Faults faults;
  private @Nullable Held held;
  private Counts counts = new Counts(0, 0, 0, 0, 0, 0, 0);

  public LossyLink(DatagramLink link, long seed, Faults faults) {
    this.link = link;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.faults = faults;
    this.later =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("lossy-link").daemon().factory());
    later.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** What it did so far; a datagram may count more than once. */
  public record Counts(
      long sent,
      long lost,
      long duplicated,
      long reordered,
      long delayed,
      long corrupted,
      long partitioned) {}

  /** From now on it does this. */
  public synchronized void faults(Faults other) {
    faults = other;
  }

  /** From now on nothing passes to that address or from it. */
  public void partition(InetSocketAddress address) {
    unreachable.add(address);
  }

  /** Ends all partitions; the faults stay. */
  public void heal() {
    unreachable.clear();
  }

  public synchronized Counts counts() {
    return counts;
  }

  @Override
  public void start(Receiver receiver) {
    link.start(
        (from, data, length) -> {
          if (unreachable.contains(from)) {
            count(0, 0, 0, 0, 0, 0, 1);
          } else {
            receiver.received(from, data, length);
          }
        });
  }

  @Override
  public synchronized void send(InetSocketAddress to, byte[] data, int length) {
    // All are drawn for each datagram, so that changed faults do not change later chances.
    boolean lose = random.nextDouble() < faults.loss();
    boolean duplicate = random.nextDouble() < faults.duplication();
    boolean holdBack = random.nextDouble() < faults.reordering();
    boolean delay = random.nextDouble() < faults.delay();
    boolean corrupt = random.nextDouble() < faults.corruption();
    double howLate = random.nextDouble();
    SplittableRandom damage = random.split();
    if (unreachable.contains(to)) {
      count(1, 0, 0, 0, 0, 0, 1);
    } else if (lose) {
      count(1, 1, 0, 0, 0, 0, 0);
    } else {
      byte[] copy = Arrays.copyOf(data, length);
      if (corrupt) {
        corrupt(copy, damage);
      }
      count(1, 0, duplicate ? 1 : 0, holdBack ? 1 : 0, delay ? 1 : 0, corrupt ? 1 : 0, 0);
      for (int copies = duplicate ? 2 : 1; copies > 0; copies--) {
        pass(to, copy, holdBack, delay ? howLate : 0);
      }
    }
  }

  @Override
  public InetSocketAddress address() {
    return link.address();
  }

  @Override
  public void close() {
    later.shutdownNow();
    link.close();
  }

  @Override
  public synchronized String toString() {
    return "LossyLink[seed=" + seed + ", " + faults + ", " + counts + "]";
  }

  private void pass(InetSocketAddress to, byte[] data, boolean holdBack, double howLate) {
    if (howLate > 0) {
      schedule(() -> link.send(to, data, data.length), howLate);
    } else if (holdBack && held == null) {
      Held last = new Held(to, data);
      held = last;
      schedule(() -> release(last), 1);
    } else {
      link.send(to, data, data.length);
      release(held);
    }
  }

  private synchronized void release(@Nullable Held which) {
    if (which != null && which == held) {
      held = null;
      link.send(which.to, which.data, which.data.length);
    }
  }

  private void schedule(Runnable work, double partOfLongest) {
    long nanos = (long) (faults.longestDelay().toNanos() * partOfLongest);
    var _ = later.schedule(work, nanos, TimeUnit.NANOSECONDS);
  }

  private static void corrupt(byte[] data, SplittableRandom damage) {
    for (int flips = damage.nextInt(1, 9); flips > 0 && data.length > 0; flips--) {
      data[damage.nextInt(data.length)] ^= (byte) damage.nextInt(1, 256);
    }
  }

  private synchronized void count(
      int sent,
      int lost,
      int duplicated,
      int reordered,
      int delayed,
      int corrupted,
      int partitioned) {
    counts =
        new Counts(
            counts.sent + sent,
            counts.lost + lost,
            counts.duplicated + duplicated,
            counts.reordered + reordered,
            counts.delayed + delayed,
            counts.corrupted + corrupted,
            counts.partitioned + partitioned);
  }

  private static final class Held {
    private final InetSocketAddress to;
    private final byte[] data;

    Held(InetSocketAddress to, byte[] data) {
      this.to = to;
      this.data = data;
    }
  }
}
