package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.registry.WorkerStatus;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskTrace;
import tasknet.task.TraceStep;
import tasknet.task.TraceStep.Kind;
import tasknet.wire.Message;

/** What the traces of tasks tell, and what is counted of their workers. */
@Timeout(60)
class TraceIT {
  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker one = ScriptedWorker.open("worker-1", 2, "hash");
  private final ScriptedWorker two = ScriptedWorker.open("worker-2", 2, "hash");

  @BeforeEach
  void start() {
    dispatcher = new LoopUnderTest(folder);
  }

  @AfterEach
  void stop() {
    dispatcher.assertSound();
    dispatcher.close();
    one.close();
    two.close();
  }

  @Test
  void aTaskThatCompletesHasTheWholeChain() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    CompletableFuture<@Nullable TaskEnd> client =
        dispatcher.loop().waiters().await(task, Duration.ofMinutes(1));
    AttemptId attempt = attempt(task, 1);
    dispatcher.pass(Duration.ofMillis(10));
    one.accept(attempt);
    dispatcher.pass(Duration.ofMillis(10));
    one.tell(
        new Message.Result(
            attempt, new Outcome.Completed(new JsonText("1")), 2, Duration.ofMillis(7)));
    one.expectAck(attempt);
    assertThat(client.join()).isNotNull();

    TaskTrace trace = dispatcher.trace(task);

    assertThat(trace.complete()).isTrue();
    assertThat(kinds(trace))
        .containsExactly(
            Kind.RECEIVED,
            Kind.STORED,
            Kind.QUEUED,
            Kind.BEGUN,
            Kind.SENT,
            Kind.ACKNOWLEDGED,
            Kind.RESULT,
            Kind.COMMITTED,
            Kind.RESULT_ACKNOWLEDGED,
            Kind.DELIVERED);
    assertThat(trace.steps()).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    assertThat(step(trace, Kind.RESULT).ran()).isEqualTo(Duration.ofMillis(7));
    assertThat(step(trace, Kind.COMMITTED).detail()).isEqualTo("COMPLETED");
    assertThat(Duration.between(step(trace, Kind.SENT).at(), step(trace, Kind.RESULT).at()))
        .isEqualTo(Duration.ofMillis(20));
    assertThat(trace.steps().subList(3, 9))
        .allSatisfy(step -> assertThat(step.worker()).isEqualTo("worker-1"))
        .allSatisfy(step -> assertThat(step.attempt()).isEqualTo(1));
  }

  @Test
  void whatIsLostOnTheWayIsSeenInRetransmissions() {
    dispatcher.register(one);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    dispatcher.pass(Duration.ofMillis(1_200));
    one.accept(attempt);
    one.complete(attempt, "1");
    one.expectAck(attempt);

    TaskTrace trace = dispatcher.trace(attempt.task());

    long again = one.heard(Message.Execute.class, attempt) - 1;
    long told =
        steps(trace, Kind.RETRANSMITTED).stream()
            .mapToLong(step -> step.times() == null ? 1 : step.times())
            .sum();
    assertThat(again).isPositive();
    assertThat(told).isEqualTo(again);
    assertThat(steps(trace, Kind.RETRANSMITTED))
        .extracting(TraceStep::detail)
        .allSatisfy(detail -> assertThat(detail).isIn("execute", null));
    WorkerStatus worker = dispatcher.worker(one);
    assertThat(worker.sent()).isEqualTo(1);
    assertThat(worker.retransmissions()).isEqualTo(again);
    assertThat(worker.completed()).isEqualTo(1);
  }

  @Test
  void aLostWorkerIsSeenAndTheSecondAttempt() {
    dispatcher.register(one);
    AttemptId first = attempt(dispatcher.submit("hash"), 1);
    one.accept(first);
    dispatcher.register(one, two);
    dispatcher.pass(Duration.ofMillis(1_600));
    AttemptId second = attempt(first.task(), 2);
    two.expectExecute(second);
    two.complete(second, "1");
    two.expectAck(second);

    TaskTrace trace = dispatcher.trace(first.task());

    assertThat(kinds(trace))
        .containsSubsequence(
            Kind.BEGUN,
            Kind.SENT,
            Kind.ACKNOWLEDGED,
            Kind.PROBED,
            Kind.LOST,
            Kind.COMMITTED,
            Kind.BEGUN,
            Kind.SENT,
            Kind.RESULT,
            Kind.COMMITTED);
    assertThat(step(trace, Kind.LOST).worker()).isEqualTo("worker-1");
    assertThat(step(trace, Kind.LOST).detail()).startsWith("silent for ");
    assertThat(step(trace, Kind.RESULT).worker()).isEqualTo("worker-2");
    assertThat(trace.complete()).isTrue();
    assertThat(dispatcher.worker(one).lost()).isEqualTo(1);
    assertThat(dispatcher.worker(two).completed()).isEqualTo(1);
  }

  @Test
  void aFailureIsSeenWithItsRetry() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    one.fail(attempt(task, 1), "handler-failed", true);
    one.expectAck(attempt(task, 1));
    dispatcher.pass(Duration.ofMillis(1_025));

    TaskTrace trace = dispatcher.trace(task);

    assertThat(kinds(trace))
        .containsSequence(
            Kind.RESULT,
            Kind.COMMITTED,
            Kind.RESULT_ACKNOWLEDGED,
            Kind.RETRY_SCHEDULED,
            Kind.QUEUED,
            Kind.BEGUN,
            Kind.SENT);
    assertThat(step(trace, Kind.COMMITTED).detail()).isEqualTo("SCHEDULED");
    assertThat(dispatcher.worker(one).failed()).isEqualTo(1);
  }

  @Test
  void aRefusalAndACancellationAreSeen() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    one.reject(attempt(task, 1), Message.Rejection.BUSY);
    dispatcher.pass(Duration.ofMillis(200));
    one.expectExecute(attempt(task, 2));
    one.accept(attempt(task, 2));
    dispatcher.cancel(task);
    one.expectCancel(attempt(task, 2));

    TaskTrace trace = dispatcher.trace(task);

    assertThat(kinds(trace))
        .containsSubsequence(
            Kind.SENT,
            Kind.REJECTED,
            Kind.NOT_RUN,
            Kind.COMMITTED,
            Kind.QUEUED,
            Kind.BEGUN,
            Kind.ACKNOWLEDGED,
            Kind.CANCELLED,
            Kind.CANCEL_SENT);
    assertThat(step(trace, Kind.REJECTED).detail()).isEqualTo("busy");
    assertThat(dispatcher.worker(one).failed()).isZero();
  }

  @Test
  void afterARestartTheTraceBeginsAnewAndSaysSo() {
    dispatcher.register(one);
    TaskId ended = dispatcher.submit("hash");
    one.complete(attempt(ended, 1), "1");
    one.expectAck(attempt(ended, 1));
    AttemptId runs = attempt(dispatcher.submit("hash"), 1);
    one.accept(runs);
    dispatcher.kill();
    dispatcher.start();
    dispatcher.register(one);
    one.complete(runs, "1");
    one.expectAck(runs);

    assertThat(dispatcher.trace(ended)).isEqualTo(TaskTrace.unknown(ended));
    TaskTrace trace = dispatcher.trace(runs.task());
    assertThat(trace.complete()).isFalse();
    assertThat(kinds(trace))
        .containsSubsequence(Kind.RECOVERED, Kind.PROBED, Kind.RESULT, Kind.COMMITTED);
    assertThat(step(trace, Kind.RESULT).worker()).isEqualTo("worker-1");
  }

  @Test
  void anAttemptOfALongTimeHasFewSteps() {
    dispatcher.register(one);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    for (int second = 0; second < 25; second++) {
      one.accept(attempt);
      one.progress(attempt);
      dispatcher.pass(Duration.ofSeconds(1));
    }
    one.complete(attempt, "1");
    one.expectAck(attempt);

    TaskTrace trace = dispatcher.trace(attempt.task());

    assertThat(trace.complete()).isTrue();
    assertThat(trace.steps()).hasSizeLessThanOrEqualTo(32);
    assertThat(steps(trace, Kind.PROGRESS)).hasSize(6);
    assertThat(steps(trace, Kind.PROGRESS).getLast().times()).isEqualTo(20);
    assertThat(trace.steps().getLast().kind()).isEqualTo(Kind.RESULT_ACKNOWLEDGED);
  }

  private static List<Kind> kinds(TaskTrace trace) {
    return trace.steps().stream().map(TraceStep::kind).toList();
  }

  private static List<TraceStep> steps(TaskTrace trace, Kind kind) {
    return trace.steps().stream().filter(step -> step.kind() == kind).toList();
  }

  private static TraceStep step(TaskTrace trace, Kind kind) {
    return steps(trace, kind).getFirst();
  }
}
