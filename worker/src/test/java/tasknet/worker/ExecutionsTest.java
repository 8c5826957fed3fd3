package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.Message.Rejection;
import tasknet.wire.Payload;
import tasknet.wire.Peer;

class ExecutionsTest {
  private static final TaskType TYPE = new TaskType("test");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Outcome DONE = new Outcome.Completed(new JsonText("42"));
  private static final AttemptId A = attempt(1);
  private static final AttemptId B = attempt(2);
  private static final AttemptId C = attempt(3);

  private final TestClock clock = new TestClock();
  private final ScriptedOutside outside = new ScriptedOutside();
  private static final long EPOCH = 7;

  private final LinkCounters counters = new LinkCounters();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Peer peer = peer(4001);
  private final Peer other = peer(4002);
  private final Executions executions = executions(2, 100, meters);

  private Executions executions(int slots, int kept, SimpleMeterRegistry registry) {
    return new Executions(
        EPOCH,
        Set.of(TYPE),
        new Executions.Limits(slots, kept, Duration.ofMinutes(10), Duration.ofSeconds(1)),
        clock,
        new Random(1),
        outside,
        counters,
        new WorkerMetrics(registry, slots),
        NOPLogger.NOP_LOGGER);
  }

  private static AttemptId attempt(int number) {
    return new AttemptId(new TaskId(number, number), 1);
  }

  private static Peer peer(int port) {
    return new Peer("dispatcher", new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static Message.Execute execute(AttemptId attempt) {
    return new Message.Execute(attempt, TYPE, TIMEOUT, new Payload.Inline(new JsonText("1")));
  }

  private static Message.Execute executeFor(long epoch) {
    Payload payload = new Payload.Inline(new JsonText("1"));
    return new Message.Execute(A, TYPE, TIMEOUT, payload, epoch);
  }

  private static final JsonText LARGE = new JsonText("\"" + "ü".repeat(400) + "\"");
  private static final URI URL = URI.create("http://localhost:1/result");

  private static Outcome failed(String code, String message, boolean retryable) {
    return new Outcome.Failed(new TaskError(code, message, retryable));
  }

  private static Outcome cancelled() {
    return failed(TaskError.CANCELLED, "the attempt was cancelled", false);
  }

  /** Lets time pass in small steps, as the event loop would. */
  private List<Message> after(Duration duration) {
    Duration step = Duration.ofMillis(1);
    for (Duration rest = duration; rest.isPositive(); rest = rest.minus(step)) {
      clock.advance(step);
      executions.turn(clock.nanoTime());
    }
    return outside.messages();
  }

  private void end(AttemptId attempt, int run, Outcome outcome) {
    executions.ended(attempt, outside.runs.get(run), outcome);
  }

  private double count(String name, String... tags) {
    return meters.get(name).tags(tags).counter().count();
  }

  @Test
  void aHandlerThatIsDoneWhenItIsStartedTakesNoSlotAndIsAnsweredAtOnce() {
    outside.atOnce = DONE;

    executions.execute(peer, execute(A));
    executions.execute(peer, execute(A));
    executions.cancel(peer, A);

    assertThat(outside.messages()).hasSize(3).containsOnly(new Message.Result(A, DONE, 2));
    assertThat(outside.runs).hasSize(1);
    assertThat(executions.running()).isZero();
    assertThat(executions.unacknowledged()).isEqualTo(1);
    assertThat(count("tasknet.worker.attempts", "outcome", "completed")).isEqualTo(1);
    executions.resultAck(A);
    executions.execute(peer, execute(A));
    assertThat(after(Duration.ofMinutes(2))).isEmpty(); // neither accepted nor timed out
    assertThat(outside.runs).hasSize(1);
  }

  @Test
  void aFastResultIsTheOnlyAnswer() {
    executions.execute(peer, execute(A));
    assertThat(after(Duration.ofMillis(4))).isEmpty();

    end(A, 0, DONE);

    assertThat(outside.messages()).containsExactly(new Message.Result(A, DONE, 2));
    executions.resultAck(A);
    assertThat(after(Duration.ofMinutes(1))).isEmpty();
    assertThat(executions.isIdle()).isTrue();
    assertThat(count("tasknet.worker.attempts", "type", "test", "outcome", "completed")).isOne();
  }

  @Test
  void aSlowAttemptIsAcceptedAfterFiveMillisecondsOnce() {
    executions.execute(peer, execute(A));

    assertThat(after(Duration.ofMillis(5))).containsExactly(new Message.Accepted(A, 1));
    assertThat(after(Duration.ofSeconds(20))).isEmpty();
  }

  @Test
  void theDeadlineOfTheRunIsTheTimeoutFromTheReceipt() {
    clock.advance(Duration.ofSeconds(3));

    executions.execute(peer, execute(A));

    assertThat(outside.runs.getFirst().deadline)
        .isEqualTo(Duration.ofSeconds(3).plus(TIMEOUT).toNanos());
  }

  @Test
  void aRepeatedExecuteOfARunningAttemptIsAcceptedAgainAndNeverRunsTwice() {
    executions.execute(peer, execute(A));
    executions.execute(other, execute(A));

    assertThat(outside.sent)
        .containsExactly(new ScriptedOutside.Sent(other.address(), new Message.Accepted(A, 1)));
    outside.sent.clear();
    end(A, 0, DONE);
    assertThat(outside.sent)
        .containsExactly(new ScriptedOutside.Sent(other.address(), new Message.Result(A, DONE, 2)));
    assertThat(outside.runs).hasSize(1);
  }

  @Test
  void anExecuteThatWasForTheProcessBeforeNeverRuns() {
    executions.execute(peer, executeFor(EPOCH - 1));
    executions.execute(peer, execute(A)); // of whatever epoch: that one was refused for good

    assertThat(outside.runs).isEmpty();
    assertThat(outside.messages()).containsExactly(new Message.Unknown(A, 2));
  }

  @Test
  void anExecuteThatIsForThisProcessRuns() {
    executions.execute(peer, executeFor(EPOCH));

    assertThat(outside.runs).hasSize(1);
  }

  @Test
  void aRepeatedExecuteOfAnEndedAttemptGetsTheResultAgain() {
    executions.execute(peer, execute(A));
    end(A, 0, DONE);
    outside.messages();

    executions.execute(peer, execute(A));

    assertThat(outside.messages()).containsExactly(new Message.Result(A, DONE, 2));
    assertThat(outside.runs).hasSize(1);
  }

  @Test
  void aLateExecuteOfAnAcknowledgedAttemptIsIgnoredAndCounted() {
    executions.execute(peer, execute(A));
    end(A, 0, DONE);
    executions.resultAck(A);
    outside.messages();

    executions.execute(peer, execute(A));

    assertThat(after(Duration.ofSeconds(1))).isEmpty();
    assertThat(outside.runs).hasSize(1);
    assertThat(count("tasknet.worker.late.executes")).isOne();
  }

  @Test
  void aRejectedAttemptIsRejectedAgainEvenWhenASlotIsFreeByNow() {
    executions.execute(peer, execute(A));
    executions.execute(peer, execute(B));
    executions.execute(peer, execute(C));
    Message busy = new Message.Rejected(C, Rejection.BUSY, "all 2 slots are taken", 0);
    assertThat(outside.messages()).containsExactly(busy);
    end(A, 0, DONE);
    outside.messages();

    executions.execute(peer, execute(C));

    assertThat(outside.messages())
        .containsExactly(new Message.Rejected(C, Rejection.BUSY, "all 2 slots are taken", 1));
    assertThat(outside.runs).hasSize(2);
    assertThat(count("tasknet.worker.rejected", "reason", "busy")).isOne();
  }

  @Test
  void anUnknownTypeIsRejected() {
    TaskType unknown = new TaskType("unknown");

    executions.execute(
        peer, new Message.Execute(A, unknown, TIMEOUT, new Payload.Inline(JsonText.NULL)));

    assertThat(outside.messages())
        .containsExactly(
            new Message.Rejected(
                A, Rejection.UNKNOWN_TYPE, "this worker does not run 'unknown'", 2));
    assertThat(outside.runs).isEmpty();
  }

  @Test
  void aDrainingWorkerRejectsWhatIsNewAndAnswersWhatIsKnown() {
    executions.execute(peer, execute(A));
    executions.drain();

    executions.execute(peer, execute(B));
    executions.execute(peer, execute(A));

    assertThat(outside.messages())
        .containsExactly(
            new Message.Rejected(B, Rejection.DRAINING, "the worker is stopping", 1),
            new Message.Accepted(A, 1));
    assertThat(executions.isIdle()).isFalse();
    end(A, 0, DONE);
    assertThat(executions.isIdle()).isFalse();
    executions.resultAck(A);
    assertThat(executions.isIdle()).isTrue();
  }

  @Test
  void aMalformedMessageIsRejectedWhenItsAttemptIsNotKnown() {
    executions.malformed(peer, A, "type:\n'\ud800' is not allowed");
    assertThat(outside.messages())
        .containsExactly(
            new Message.Rejected(A, Rejection.MALFORMED, "type: '\ufffd' is not allowed", 2));

    executions.malformed(peer, A, "again");
    executions.execute(peer, execute(B));
    executions.malformed(peer, B, "while it runs");
    end(B, 0, DONE);
    outside.messages();
    executions.malformed(peer, B, "after it ended");

    assertThat(outside.messages()).isEmpty();
  }

  @Test
  void aRejectionThatDoesNotFitGoesWithoutItsDetail() {
    outside.room = 120;

    executions.malformed(peer, A, "x".repeat(500));

    assertThat(outside.messages())
        .containsExactly(new Message.Rejected(A, Rejection.MALFORMED, "", 2));
  }

  @Test
  void aResultIsSentFiveTimesMoreWithTheCreditOfThatMomentAndThenKeptForProbes() {
    executions.execute(peer, execute(A));
    end(A, 0, DONE);
    executions.execute(peer, execute(B));
    outside.messages();

    List<Message> again = after(Duration.ofSeconds(25));

    assertThat(again)
        .filteredOn(Message.Result.class::isInstance)
        .hasSize(5)
        .containsOnly(new Message.Result(A, DONE, 1));
    assertThat(counters.retransmissions()).isEqualTo(5);
    assertThat(count("tasknet.worker.results.unacknowledged")).isOne();
    executions.probe(other, A);
    assertThat(outside.sent)
        .containsExactly(new ScriptedOutside.Sent(other.address(), new Message.Result(A, DONE, 1)));
    outside.sent.clear();
    assertThat(after(Duration.ofSeconds(1))).contains(new Message.Result(A, DONE, 1));
  }

  @Test
  void aProbeFromAnotherAddressMovesTheExchangeThere() {
    executions.execute(peer, execute(A));
    end(A, 0, DONE);

    executions.probe(other, A);
    outside.sent.clear();
    clock.advance(Duration.ofMillis(600));
    executions.turn(clock.nanoTime());

    assertThat(outside.sent).isNotEmpty().allMatch(sent -> sent.to().equals(other.address()));
  }

  @Test
  void aProbeOfARunningAttemptIsAcceptedAndTheResultGoesToWhoAsked() {
    executions.execute(peer, execute(A));
    executions.probe(other, A);
    end(A, 0, DONE);

    assertThat(outside.sent)
        .containsExactly(
            new ScriptedOutside.Sent(other.address(), new Message.Accepted(A, 1)),
            new ScriptedOutside.Sent(other.address(), new Message.Result(A, DONE, 2)));
  }

  @Test
  void aProbeOfARejectedAttemptIsRejected() {
    executions.drain();
    executions.execute(peer, execute(A));
    executions.probe(peer, A);

    assertThat(outside.messages())
        .hasSize(2)
        .containsOnly(new Message.Rejected(A, Rejection.DRAINING, "the worker is stopping", 2));
  }

  @Test
  void whatIsAnsweredUnknownNeverRunsAfterwards() {
    executions.probe(peer, A);
    executions.cancel(peer, B);
    assertThat(outside.messages())
        .containsExactly(new Message.Unknown(A, 2), new Message.Unknown(B, 2));

    executions.execute(peer, execute(A));
    executions.execute(peer, execute(B));

    assertThat(after(Duration.ofSeconds(1))).isEmpty();
    assertThat(outside.runs).isEmpty();
  }

  @Test
  void aProbeOfAnAcknowledgedAttemptIsAnsweredUnknown() {
    executions.execute(peer, execute(A));
    end(A, 0, DONE);
    executions.resultAck(A);
    outside.messages();

    executions.probe(peer, A);

    assertThat(outside.messages()).containsExactly(new Message.Unknown(A, 2));
  }

  @Test
  void aCancelledHandlerThatEndsIsReportedAsCancelledWhateverItReturns() {
    executions.execute(peer, execute(A));

    executions.cancel(peer, A);
    executions.cancel(peer, A);
    assertThat(outside.runs.getFirst().cancelled).isOne();
    assertThat(outside.runs.getFirst().interrupted).isZero();
    end(A, 0, DONE);

    assertThat(outside.messages()).containsExactly(new Message.Result(A, cancelled(), 2));
    assertThat(count("tasknet.worker.attempts", "type", "test", "outcome", "cancelled")).isOne();
  }

  @Test
  void aCancelledHandlerIsInterruptedAfterAGraceAndGivenUpAfterAnother() {
    executions.execute(peer, execute(A));
    after(Duration.ofMillis(5));
    executions.cancel(peer, A);

    after(Duration.ofMillis(999));
    assertThat(outside.runs.getFirst().interrupted).isZero();
    after(Duration.ofMillis(1));
    assertThat(outside.runs.getFirst().interrupted).isOne();
    assertThat(after(Duration.ofMillis(999))).isEmpty();

    assertThat(after(Duration.ofMillis(1))).containsExactly(new Message.Result(A, cancelled(), 2));
    assertThat(executions.abandoned()).isOne();
    end(A, 0, DONE);
    assertThat(executions.abandoned()).isZero();
    assertThat(outside.messages()).isEmpty();
  }

  @Test
  void aCancelOfAnEndedAttemptGetsTheResultAgain() {
    executions.execute(peer, execute(A));
    end(A, 0, DONE);
    outside.messages();

    executions.cancel(peer, A);

    assertThat(outside.messages()).containsExactly(new Message.Result(A, DONE, 2));
  }

  @Test
  void aTimeoutIsReportedAtOnceAndFreesTheSlot() {
    executions.execute(peer, execute(A));
    after(TIMEOUT.minusMillis(1));
    assertThat(executions.running()).isOne();

    List<Message> messages = after(Duration.ofMillis(1));

    Outcome timeout = failed(TaskError.TIMEOUT, "ran longer than its timeout of 30 s", true);
    assertThat(messages).containsExactly(new Message.Result(A, timeout, 2));
    assertThat(outside.runs.getFirst().cancelled).isOne();
    assertThat(outside.runs.getFirst().interrupted).isOne();
    assertThat(executions.running()).isZero();
    assertThat(executions.abandoned()).isZero();
  }

  @Test
  void aHandlerThatDoesNotStopAfterItsTimeoutIsCountedUntilItDoes() {
    executions.execute(peer, execute(A));
    after(TIMEOUT);
    executions.resultAck(A);

    after(Duration.ofSeconds(1));
    assertThat(executions.abandoned()).isOne();
    end(A, 0, DONE);

    assertThat(executions.abandoned()).isZero();
    assertThat(outside.messages()).isEmpty();
  }

  @Test
  void aHandlerThatStopsWithinTheGraceIsNotCounted() {
    executions.execute(peer, execute(A));
    after(TIMEOUT);
    executions.resultAck(A);
    end(A, 0, DONE);

    after(Duration.ofSeconds(2));

    assertThat(executions.abandoned()).isZero();
    assertThat(count("tasknet.worker.attempts", "type", "test", "outcome", "timeout")).isOne();
  }

  @Test
  void aTimeoutWhileItIsBeingCancelledIsACancellation() {
    executions.execute(peer, execute(A));
    after(TIMEOUT.minusMillis(10));
    executions.cancel(peer, A);

    assertThat(after(Duration.ofMillis(10))).containsExactly(new Message.Result(A, cancelled(), 2));
    assertThat(after(Duration.ofMillis(100))).isEmpty();
  }

  @Test
  void aResultTellsHowLongItsHandlerRanHoweverOftenItIsSent() {
    executions.execute(peer, execute(A));
    after(Duration.ofMillis(120));
    end(A, 0, DONE);
    after(Duration.ofSeconds(2));

    assertThat(outside.ran).hasSizeGreaterThan(1).containsOnly(Duration.ofMillis(120));
  }

  @Test
  void aResultThatDoesNotFitIsAnnouncedAndPutWhereTheDispatcherWantsIt() {
    endWithLargeResult();
    assertThat(outside.messages()).containsExactly(new Message.ResultReady(A, 802, 2));
    assertThat(after(Duration.ofSeconds(1))).containsOnly(new Message.ResultReady(A, 802, 2));

    executions.upload(A, URL);
    executions.upload(A, URL);
    assertThat(outside.uploads).as("one at a time").containsExactly(LARGE);
    assertThat(after(Duration.ofSeconds(10))).as("it is under way").isEmpty();
    assertThat(executions.isIdle()).isFalse();

    executions.uploaded(A, true);
    assertThat(executions.isIdle()).isTrue();
    assertThat(executions.unacknowledged()).isZero();
    executions.execute(peer, execute(A));
    assertThat(outside.runs).as("a late copy does not run").hasSize(1);
  }

  @Test
  void aLargeResultThatWasNotTakenIsAnnouncedAgain() {
    endWithLargeResult();
    executions.upload(A, URL);
    outside.messages();

    executions.uploaded(A, false);

    assertThat(after(Duration.ofMillis(499))).isEmpty();
    assertThat(after(Duration.ofMillis(1))).containsExactly(new Message.ResultReady(A, 802, 2));
    executions.upload(A, URL);
    assertThat(outside.uploads).hasSize(2);
  }

  @Test
  void aLargeResultThatIsNotWantedIsForgotten() {
    endWithLargeResult();

    executions.resultAck(A);

    assertThat(executions.isIdle()).isTrue();
    executions.upload(A, URL);
    assertThat(outside.uploads).isEmpty();
  }

  private void endWithLargeResult() {
    outside.room = 400;
    executions.execute(peer, execute(A));
    end(A, 0, new Outcome.Completed(LARGE));
  }

  @Test
  void anErrorMessageThatDoesNotFitIsShortened() {
    outside.room = 250;
    executions.execute(peer, execute(A));

    end(A, 0, failed("odd", "x".repeat(300), true));

    assertThat(outside.messages())
        .singleElement()
        .isInstanceOfSatisfying(
            Message.Result.class,
            result -> {
              assertThat(outside.fits(result)).isTrue();
              assertThat(result.outcome().toString()).contains("odd", "xxxxxxxxxx", "…");
            });
  }

  @Test
  void progressIsPassedOnWhileTheAttemptRuns() {
    executions.execute(peer, execute(A));
    executions.progress(A, outside.runs.getFirst(), 40, "nearly half");
    executions.progress(A, outside.runs.getFirst(), 41, "");
    assertThat(outside.messages())
        .containsExactly(
            new Message.Accepted(A, 1),
            new Message.Progress(A, 40, "nearly half"),
            new Message.Progress(A, 41, ""));
    end(A, 0, DONE);
    outside.messages();

    executions.progress(A, outside.runs.getFirst(), 50, "too late");

    assertThat(outside.messages()).isEmpty();
  }

  @Test
  void resultsAreKeptForSomeTimeOnlyAndNeverRunAgainWhenForgotten() {
    executions.execute(peer, execute(A));
    end(A, 0, DONE);
    clock.advance(Duration.ofMinutes(10));
    executions.turn(clock.nanoTime());
    outside.messages();

    assertThat(executions.unacknowledged()).isZero();
    assertThat(count("tasknet.worker.results.lost")).isOne();
    executions.execute(peer, execute(A));
    executions.probe(peer, A);
    assertThat(outside.messages()).containsExactly(new Message.Unknown(A, 2));
    assertThat(outside.runs).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void resultsAndTombstonesAreBoundedInNumberTheEldestGoFirst(int bound) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Executions bounded = executions(1, bound, registry);
    for (int number = 1; number <= 3 * bound; number++) {
      bounded.execute(peer, execute(attempt(number)));
      bounded.ended(attempt(number), outside.runs.getLast(), DONE);
      bounded.probe(peer, attempt(1000 + number));
      bounded.turn(clock.nanoTime());
    }

    assertThat(bounded.unacknowledged()).isEqualTo(bound);
    assertThat(bounded.tombstones()).isEqualTo(bound);
    assertThat(registry.get("tasknet.worker.results.lost").counter().count())
        .isEqualTo(2.0 * bound);
    outside.messages();
    bounded.probe(peer, attempt(3 * bound));
    assertThat(outside.messages()).containsExactly(new Message.Result(attempt(3 * bound), DONE, 1));
  }

  @Test
  void tombstonesAreKeptForSomeTimeOnly() {
    executions.probe(peer, A);
    assertThat(executions.tombstones()).isOne();

    clock.advance(Duration.ofMinutes(10));
    executions.turn(clock.nanoTime());

    assertThat(executions.tombstones()).isZero();
  }

  @Test
  void stoppingEndsWhatRunsSoThatAnotherWorkerMayDoIt() {
    executions.execute(peer, execute(A));
    executions.execute(peer, execute(B));
    executions.cancel(peer, B);

    executions.stopAll();

    Outcome lost =
        failed(TaskError.WORKER_LOST, "the worker stopped before the attempt ended", true);
    assertThat(outside.messages())
        .extracting(message -> ((Message.Result) message).outcome())
        .containsExactlyInAnyOrder(lost, cancelled());
    assertThat(outside.runs).allMatch(run -> run.cancelled > 0 && run.interrupted > 0);
  }

  @Test
  void anAcknowledgementOfNothingChangesNothing() {
    executions.resultAck(A);
    executions.execute(peer, execute(A));
    executions.resultAck(A);
    outside.messages();
    end(A, 0, DONE);

    assertThat(outside.messages()).containsExactly(new Message.Result(A, DONE, 2));
    assertThat(executions.unacknowledged()).isOne();
  }

  @Test
  void theNextTurnIsWantedWhenSomethingIsDue() {
    assertThat(executions.turn(clock.nanoTime())).isNull();
    executions.execute(peer, execute(A));
    assertThat(executions.turn(clock.nanoTime())).isEqualTo(Executions.ACCEPT_AFTER.toNanos());
    after(Duration.ofMillis(5));
    assertThat(executions.turn(clock.nanoTime())).isEqualTo(TIMEOUT.toNanos());
    end(A, 0, DONE);
    Long due = executions.turn(clock.nanoTime());
    assertThat(due)
        .isNotNull()
        .isBetween(Duration.ofMillis(5 + 333).toNanos(), Duration.ofMillis(5 + 500).toNanos());
  }
}
