package tasknet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;

class TimerWheelTest {
  private static final long MILLI = 1_000_000;

  private final TimerWheel wheel = new TimerWheel();
  private final Peer peer =
      new Peer("w", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
  private final SplittableRandom random = new SplittableRandom(20_261_129);
  private int number;

  /** Against a list that is searched, also where the nano clock overflows. */
  @ParameterizedTest
  @ValueSource(longs = {0, -3 * 1_000 * MILLI, Long.MAX_VALUE - 3 * 1_000 * MILLI})
  void whatIsDueIsHandedOutOnceAndInOrder(long start) {
    long now = start;
    List<Exchange> model = new ArrayList<>();
    int handedOut = 0;
    for (int step = 0; step < 20_000; step++) {
      int what = random.nextInt(10);
      if (what < 5) {
        Exchange added = exchange(now);
        wheel.add(added);
        model.add(added);
      } else if (what < 8 && !model.isEmpty()) {
        Exchange removed = model.remove(random.nextInt(model.size()));
        wheel.remove(removed);
        wheel.remove(removed); // which changes nothing
      } else {
        // Mostly a little later, now and then after more than a round.
        now += random.nextInt(100) == 0 ? 20_000 * MILLI : random.nextLong(3 * MILLI);
      }
      long at = now;
      List<Exchange> due =
          model.stream()
              .filter(each -> each.dueAt() - at <= 0)
              .sorted(Comparator.comparingLong(each -> each.dueAt() - at))
              .toList();
      List<WheelTimer> told = new ArrayList<>();
      wheel.poll(now, told::add);

      assertThat(told)
          .usingElementComparator(TimerWheelTest::bySameness)
          .isEqualTo(List.<WheelTimer>copyOf(due));
      model.removeAll(due);
      handedOut += due.size();
      Long next = wheel.nextDue();
      assertThat(next == null).isEqualTo(model.isEmpty());
      if (next != null) {
        assertThat(model).allMatch(each -> each.dueAt() - next >= 0);
      }
    }
    assertThat(handedOut).isGreaterThan(2_000);
  }

  @Test
  void afterAPollTheNextOneIsKnownExactly() {
    Exchange gone = exchange(0);
    Exchange stays = exchange(gone.dueAt() + 5 * MILLI);
    wheel.add(gone);
    wheel.add(stays);
    wheel.remove(gone);
    assertThat(wheel.nextDue()).isEqualTo(gone.dueAt());

    wheel.poll(gone.dueAt(), _ -> {});

    assertThat(wheel.nextDue()).isEqualTo(stays.dueAt());
  }

  @Test
  void whatIsHandedOutMayComeBackMeanwhile() {
    Exchange exchange = exchange(0);
    wheel.add(exchange);

    wheel.poll(
        exchange.dueAt(),
        each -> {
          assertThat(exchange.retransmit(exchange.dueAt())).isTrue();
          wheel.add(each);
        });

    assertThat(wheel.nextDue()).isEqualTo(exchange.dueAt());
  }

  private Exchange exchange(long now) {
    Message request = new Message.Probe(new AttemptId(new TaskId(1, number++), 1));
    return new Exchange(peer, request, now, random);
  }

  private static int bySameness(WheelTimer one, WheelTimer other) {
    return one == other ? 0 : 1;
  }
}
