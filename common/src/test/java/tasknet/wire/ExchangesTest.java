package tasknet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.testkit.TestClock;

class ExchangesTest {
  /** No random part: intervals are exactly the timeout. */
  private static final RandomGenerator SHORTEST = () -> 0;

  private final TestClock clock = new TestClock();
  private final Peer peer = peer("worker-1");
  private final Exchanges exchanges = new Exchanges(SHORTEST);
  private final Map<Integer, Exchange> begun = new HashMap<>();
  private final List<String> events = new ArrayList<>();

  @Test
  void aTimerWaitsTwiceAsLongEachTimeUpToTheCapAndGivesUpAfterFive() {
    RetransmissionTimer timer = new RetransmissionTimer(ms(333), 0, SHORTEST);
    List<Long> waits = new ArrayList<>(List.of(timer.dueAt()));
    long now = timer.dueAt();
    while (timer.retransmit(now)) {
      waits.add(timer.dueAt() - now);
      now = timer.dueAt();
    }

    assertThat(waits).containsExactly(ms(333), ms(666), ms(1332), ms(2664), ms(4000), ms(4000));
    assertThat(timer.retransmissions()).isEqualTo(5);
    assertThat(timer.retransmit(now)).isFalse();
  }

  @Test
  void theRandomFactorLiesBetweenOneAndOneAndAHalfAndNeverBreaksTheCap() {
    RandomGenerator longest = () -> -1L;

    assertThat(new RetransmissionTimer(ms(100), 0, SHORTEST).dueAt()).isEqualTo(ms(100));
    assertThat(new RetransmissionTimer(ms(100), 0, longest).dueAt()).isBetween(ms(149), ms(150));
    assertThat(new RetransmissionTimer(ms(4_000), 0, longest).dueAt()).isEqualTo(ms(4_000));
  }

  @Test
  void aRequestIsSentAgainUntilItIsGivenUp() {
    begin(peer, 1, now());
    for (int step = 0; step < 200; step++) {
      clock.advance(Duration.ofMillis(100));
      poll();
    }

    assertThat(events)
        .containsExactly(
            "400 again 1",
            "1100 again 1",
            "2500 again 1",
            "5200 again 1",
            "9200 again 1",
            "13200 given up 1");
    assertThat(exchanges.size()).isZero();
    assertThat(begun(1).isOpen()).isFalse();
    assertThat(exchanges.nextDue()).isNull();
  }

  @Test
  void anAcknowledgedRequestIsNotSentAgain() {
    begin(peer, 1, now());
    assertThat(begun(1).isOpen()).isTrue();

    assertThat(exchanges.acknowledge(begun(1), now())).isTrue();
    assertThat(exchanges.acknowledge(begun(1), now())).isFalse();
    clock.advance(Duration.ofMinutes(1));
    poll();

    assertThat(events).isEmpty();
    assertThat(exchanges.nextDue()).isNull();
  }

  @Test
  void anAcknowledgementThatComesTooLateChangesNothing() {
    begin(peer, 1, now());
    for (int step = 0; step < 10; step++) {
      clock.advance(Duration.ofSeconds(5));
      poll();
    }

    assertThat(exchanges.acknowledge(begun(1), now())).isFalse();
    assertThat(peer.rtt().roundTrip()).isNull();
  }

  @Test
  void onlyARequestThatWasSentOnceTeachesTheRoundTrip() {
    begin(peer, 1, now());
    clock.advance(Duration.ofMillis(400));
    poll();
    exchanges.acknowledge(begun(1), now());
    assertThat(peer.rtt().roundTrip()).isNull();

    begin(peer, 2, now());
    clock.advance(Duration.ofMillis(40));
    exchanges.acknowledge(begun(2), now());
    assertThat(peer.rtt().roundTrip()).isEqualTo(Duration.ofMillis(40));
  }

  @Test
  void aPeerThatAlwaysAnswersLaterThanTheTimeoutIsLearnedNevertheless() {
    for (int number = 1; number <= 5; number++) {
      begin(peer, number, now());
      for (int step = 0; step < 10; step++) {
        clock.advance(Duration.ofMillis(100));
        poll();
      }
      exchanges.acknowledge(begun(number), now());
    }

    assertThat(peer.rtt().roundTrip()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void manyLostRequestsDoNotMultiplyTheTimeout() {
    for (int number = 1; number <= 100; number++) {
      begin(peer, number, now());
    }
    clock.advance(Duration.ofMillis(333));
    poll();

    assertThat(events).hasSize(100);
    assertThat(peer.rtt().timeout()).isEqualTo(ms(666));
  }

  @Test
  void requestsAreHandedOutInTheOrderInWhichTheyAreDue() {
    begin(peer, 1, now());
    clock.advance(Duration.ofMillis(10));
    begin(peer("worker-2"), 2, now());
    assertThat(exchanges.nextDue()).isEqualTo(ms(333));
    clock.advance(Duration.ofMillis(323));
    poll();
    assertThat(events).containsExactly("333 again 1");
    assertThat(exchanges.nextDue()).isEqualTo(ms(343));
    clock.advance(Duration.ofMillis(10));
    poll();

    assertThat(events).containsExactly("333 again 1", "343 again 2");
  }

  @Test
  void anAbandonedRequestIsForgottenWithoutASample() {
    begin(peer, 1, now());
    exchanges.abandon(begun(1));
    clock.advance(Duration.ofMinutes(1));
    poll();

    assertThat(events).isEmpty();
    assertThat(exchanges.size()).isZero();
    assertThat(peer.rtt().roundTrip()).isNull();
  }

  @Test
  void whatWasSentBeforeAnAcknowledgedRequestIsLostAndSentAgainAtOnce() {
    begin(peer, 1, ms(0));
    begin(peer("worker-2"), 2, ms(0));
    begin(peer, 3, ms(9));
    begin(peer, 4, ms(10));
    begin(peer, 5, ms(11));
    exchanges.acknowledge(begun(4), ms(18));
    assertThat(exchanges.nextDue()).isLessThanOrEqualTo(ms(18));
    exchanges.poll(ms(18), due(18));

    // Number 3 was sent not more than an eighth of the round trip before.
    assertThat(events).containsExactly("18 again 1");
    assertThat(peer.retransmissions()).isEqualTo(1);
    assertThat(exchanges.nextDue()).isEqualTo(ms(18 + 24)); // once it is silent
  }

  @Test
  void aRequestIsSentAgainEarlyThreeTimesAndItsTimerGoesOn() {
    begin(peer, 1, ms(0));
    for (int number = 2; number <= 7; number++) {
      int sent = 10 * number;
      begin(peer, number, ms(sent));
      exchanges.acknowledge(begun(number), ms(sent + 2));
      exchanges.poll(ms(sent + 2), due(sent + 2));
    }
    assertThat(events).containsExactly("22 again 1", "32 again 1", "42 again 1");
    exchanges.poll(ms(332), due(332));
    exchanges.poll(ms(333), due(333));
    exchanges.poll(ms(998), due(998));
    assertThat(events).hasSize(4).endsWith("333 again 1");
    exchanges.poll(ms(999), due(999));

    assertThat(events).hasSize(5).endsWith("999 again 1");
  }

  @Test
  void theAcknowledgementOfWhatWasSentTwiceTellsNothingOfOthers() {
    begin(peer, 1, ms(0));
    begin(peer, 2, ms(10));
    exchanges.sentAgain(begun(2));
    exchanges.acknowledge(begun(2), ms(12));
    exchanges.poll(ms(12), due(12));

    assertThat(events).isEmpty();
  }

  @Test
  void aSilentPeerIsSentTheLastRequestAgainAndItsAnswerTellsThatTheOthersAreLost() {
    learnRoundTrip(10); // and half of it as the variation: silent after 30 ms
    begin(peer, 1, ms(100));
    begin(peer, 2, ms(101));
    exchanges.poll(ms(130), due(130));
    assertThat(events).isEmpty();
    exchanges.poll(ms(131), due(131));
    assertThat(events).containsExactly("131 again 2");
    exchanges.acknowledge(begun(2), ms(140));
    exchanges.poll(ms(140), due(140));

    assertThat(events).containsExactly("131 again 2", "140 again 1");
  }

  @Test
  void anAnswerThatIsTooEarlyForTheRepeatedRequestTellsNothingOfOthers() {
    learnRoundTrip(10);
    begin(peer, 1, ms(100));
    begin(peer, 2, ms(101));
    exchanges.poll(ms(131), due(131));
    exchanges.acknowledge(begun(2), ms(135));
    exchanges.poll(ms(135), due(135));

    assertThat(events).containsExactly("131 again 2");
  }

  @Test
  void aPeerThatStaysSilentIsSentTheLastRequestEverMoreRarely() {
    learnRoundTrip(1); // and half of it as the variation: silent after 3 ms
    begin(peer, 1, ms(100));
    for (int at = 100; at < 160; at++) {
      exchanges.poll(ms(at), due(at));
    }

    // The last one is its own timer's.
    assertThat(events).containsExactly("103 again 1", "109 again 1", "121 again 1", "150 again 1");
  }

  @Test
  void aPeerThatIsSentMoreOrAnswersIsNotSilent() {
    learnRoundTrip(10);
    begin(peer, 1, ms(100));
    exchanges.poll(ms(110), due(110));
    begin(peer, 2, ms(120));
    exchanges.poll(ms(130), due(130));
    exchanges.acknowledge(begun(1), ms(140));
    for (int at = 140; at < 166; at++) {
      exchanges.poll(ms(at), due(at));
    }

    assertThat(events).isEmpty();
  }

  @Test
  void aPeerThatAlwaysAnswersLaterThanTheProbeTimeoutIsLearnedNevertheless() {
    learnRoundTrip(1);
    for (int number = 1; number <= 20; number++) {
      int from = 100 * number;
      begin(peer, number, ms(from));
      for (int at = from; at < from + 20; at++) {
        exchanges.poll(ms(at), due(at));
      }
      exchanges.acknowledge(begun(number), ms(from + 20));
    }

    assertThat(peer.rtt().roundTrip()).isBetween(Duration.ofMillis(15), Duration.ofMillis(20));
    assertThat(events).hasSizeLessThan(6);
  }

  @Test
  void whoHasAnsweredAllIsNotWatchedAnyMore() {
    learnRoundTrip(10);
    begin(peer, 1, ms(100));
    exchanges.acknowledge(begun(1), ms(110));

    assertThat(exchanges.nextDue()).isNull();
  }

  @Test
  void aPeerThatHadNothingToAnswerWasNotSilent() {
    learnRoundTrip(10);
    begin(peer, 1, ms(100));
    exchanges.abandon(begun(1));
    exchanges.poll(ms(200), due(200));
    begin(peer, 2, ms(300));
    exchanges.poll(ms(329), due(329));
    assertThat(events).isEmpty();
    exchanges.poll(ms(330), due(330));

    assertThat(events).containsExactly("330 again 2");
  }

  @Test
  void onASlowNetworkTheTimersAreSoonEnough() {
    learnRoundTrip(200);
    begin(peer, 1, ms(1000));
    exchanges.poll(ms(1599), due(1599));
    exchanges.poll(ms(1600), due(1600));

    assertThat(events).containsExactly("1600 again 1");
  }

  @Test
  void whatIsLostAndAcknowledgedNeverthelessIsNotSentAgain() {
    begin(peer, 1, ms(0));
    begin(peer, 2, ms(0));
    begin(peer, 3, ms(10));
    exchanges.acknowledge(begun(3), ms(12));
    exchanges.acknowledge(begun(1), ms(12));
    exchanges.abandon(begun(2));
    exchanges.poll(ms(12), due(12));

    assertThat(events).isEmpty();
    assertThat(exchanges.size()).isZero();
  }

  @Test
  void theNanoClockMayOverflow() {
    long origin = Long.MAX_VALUE - ms(500);
    begin(peer, 1, origin);
    begin(peer, 2, origin + ms(400));
    exchanges.poll(origin + ms(332), due(0));
    assertThat(events).isEmpty();
    exchanges.poll(origin + ms(333), due(333));
    exchanges.poll(origin + ms(732), due(732));
    assertThat(events).containsExactly("333 again 1");
    exchanges.poll(origin + ms(733), due(733));
    exchanges.poll(origin + ms(998), due(998));
    exchanges.poll(origin + ms(999), due(999));

    assertThat(events).containsExactly("333 again 1", "733 again 2", "999 again 1");
    assertThat(exchanges.nextDue()).isEqualTo(origin + ms(733 + 666));
  }

  @Test
  void aPeerThatMovesIsReachedAtItsNewAddress() {
    InetSocketAddress moved = new InetSocketAddress(InetAddress.getLoopbackAddress(), 99);
    List<InetSocketAddress> sentTo = new ArrayList<>();
    begin(peer, 1, now());
    peer.moveTo(moved);
    exchanges.poll(
        ms(333),
        new Exchanges.Due() {
          @Override
          public void retransmit(Peer to, Message request) {
            sentTo.add(to.address());
          }

          @Override
          public void giveUp(Peer to, Message request) {
            throw new AssertionError("given up");
          }
        });

    assertThat(sentTo).containsExactly(moved);
  }

  private void learnRoundTrip(long milliseconds) {
    begin(peer, 9, 0);
    exchanges.acknowledge(begun(9), ms(milliseconds));
  }

  private void begin(Peer to, int number, long at) {
    begun.put(number, exchanges.begin(to, probe(number), at));
  }

  private Exchange begun(int number) {
    return Objects.requireNonNull(begun.get(number));
  }

  private void poll() {
    exchanges.poll(now(), due(now() / 1_000_000));
  }

  private Exchanges.Due due(long milliseconds) {
    return new Exchanges.Due() {
      @Override
      public void retransmit(Peer to, Message request) {
        events.add(milliseconds + " again " + request.attempt().number());
      }

      @Override
      public void giveUp(Peer to, Message request) {
        events.add(milliseconds + " given up " + request.attempt().number());
      }
    };
  }

  private long now() {
    return clock.nanoTime();
  }

  private static Peer peer(String name) {
    return new Peer(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9));
  }

  private static Message.Probe probe(int number) {
    return new Message.Probe(attempt(number));
  }

  private static AttemptId attempt(int number) {
    return new AttemptId(TaskId.parse("01KATXK2S0ABCDEFGHJKMNPQRS"), number);
  }

  private static long ms(long milliseconds) {
    return Duration.ofMillis(milliseconds).toNanos();
  }
}
