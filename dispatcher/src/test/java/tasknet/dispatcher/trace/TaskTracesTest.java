package tasknet.dispatcher.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskTrace;
import tasknet.task.TraceStep;
import tasknet.task.TraceStep.Kind;
import tasknet.testkit.TestClock;

/** What is kept of the way of tasks, and how much of it. */
class TaskTracesTest {
  private static final WorkerId WORKER = new WorkerId("worker-1");

  private final TestClock clock = new TestClock();
  private final TaskIds ids = new TaskIds(clock, new Random(1));
  private final TaskTraces traces = new TaskTraces(10, clock, clock);

  @Test
  void aTaskHasItsStepsInOrderWithMicroseconds() {
    Instant received = clock.instant();
    TaskId task = ids.next();
    clock.advance(Duration.ofNanos(150_000));
    traces.submitted(task, received, clock.nanoTime());
    traces.add(task, Kind.QUEUED);
    clock.advance(Duration.ofNanos(1_000));
    AttemptId attempt = new AttemptId(task, 1);
    traces.begun(attempt, Kind.BEGUN, WORKER);
    traces.add(attempt, Kind.SENT);
    clock.advance(Duration.ofNanos(2_345_678));
    traces.ended(attempt, Kind.RESULT, Duration.ofNanos(2_000_999), null);
    traces.ended(attempt, Kind.COMMITTED, null, "COMPLETED");
    traces.delivered(task);

    TaskTrace trace = traces.trace(task);

    Instant stored = received.plusNanos(150_000);
    Instant begun = stored.plusNanos(1_000);
    Instant ended = begun.plusNanos(2_345_000);
    assertThat(trace.complete()).isTrue();
    assertThat(trace.steps())
        .containsExactly(
            step(received, Kind.RECEIVED),
            step(stored, Kind.STORED),
            step(stored, Kind.QUEUED),
            new TraceStep(begun, Kind.BEGUN, 1, "worker-1", null, null, null, null),
            new TraceStep(begun, Kind.SENT, 1, "worker-1", null, null, null, null),
            new TraceStep(
                ended, Kind.RESULT, 1, "worker-1", null, Duration.ofMillis(2), null, null),
            new TraceStep(ended, Kind.COMMITTED, 1, "worker-1", "COMPLETED", null, null, null),
            step(ended, Kind.DELIVERED));
  }

  private static TraceStep step(Instant at, Kind kind) {
    return new TraceStep(at, kind, null, null, null, null, null, null);
  }

  @Test
  void nothingIsKnownOfATaskThatNeverCame() {
    TaskId task = ids.next();

    assertThat(traces.trace(task)).isEqualTo(new TaskTrace(task, false, List.of()));
  }

  @Test
  void whatIsOnlyHeardOfAnAttemptBeginsNoTrace() {
    TaskId task = ids.next();
    traces.add(new AttemptId(task, 1), Kind.LATE_RESULT);
    traces.delivered(task);

    assertThat(traces.trace(task).steps()).isEmpty();
  }

  @Test
  void aTaskFromBeforeTheStartIsIncomplete() {
    AttemptId attempt = new AttemptId(ids.next(), 3);
    traces.begun(attempt, Kind.RECOVERED, WORKER);

    TaskTrace trace = traces.trace(attempt.task());

    assertThat(trace.complete()).isFalse();
    assertThat(trace.steps()).extracting(TraceStep::kind).containsExactly(Kind.RECOVERED);
    assertThat(trace.steps()).extracting(TraceStep::attempt).containsExactly(3);
  }

  @Test
  void retransmissionsAreKeptOneByOneAndAStormOfThemIsCounted() {
    AttemptId attempt = begun();
    for (int count = 1; count <= 100; count++) {
      clock.advance(Duration.ofMillis(50));
      traces.add(attempt, Kind.RETRANSMITTED, "execute");
      traces.add(attempt, Kind.ACKNOWLEDGED);
    }

    TaskTrace trace = traces.trace(attempt.task());

    List<TraceStep> again =
        trace.steps().stream().filter(step -> step.kind() == Kind.RETRANSMITTED).toList();
    assertThat(trace.complete()).isTrue();
    assertThat(again)
        .extracting(TraceStep::times)
        .containsExactly(null, null, null, null, null, 95);
    assertThat(again).extracting(TraceStep::detail).containsOnly("execute");
    assertThat(again.getLast().until()).isEqualTo(again.getFirst().at().plusMillis(99 * 50));
    assertThat(trace.steps()).hasSize(3 + 1 + 2 * Steps.ONE_BY_ONE);
  }

  @Test
  void ofATaskOfManyAttemptsTheFirstAndTheLastStepsAreKept() {
    TaskId task = submitted();
    for (int number = 1; number <= 1_000; number++) {
      AttemptId attempt = new AttemptId(task, number);
      traces.begun(attempt, Kind.BEGUN, new WorkerId("worker-" + number));
      traces.add(attempt, Kind.SENT);
      traces.ended(attempt, Kind.LOST, null, "silent");
    }

    TaskTrace trace = traces.trace(task);

    assertThat(trace.complete()).isFalse();
    assertThat(trace.steps()).hasSize(Steps.MOST);
    assertThat(trace.steps().getFirst().kind()).isEqualTo(Kind.RECEIVED);
    assertThat(trace.steps().get(3).worker()).isEqualTo("worker-1");
    assertThat(trace.steps().getLast())
        .isEqualTo(
            new TraceStep(
                clock.instant(), Kind.LOST, 1_000, "worker-1000", "silent", null, null, null));
  }

  @Test
  void onlyTheNewestTasksAreKept() {
    List<TaskId> tasks = Stream.generate(this::submitted).limit(25).toList();

    assertThat(tasks.subList(0, 15)).allSatisfy(task -> assertThat(known(task)).isFalse());
    assertThat(tasks.subList(15, 25)).allSatisfy(task -> assertThat(known(task)).isTrue());
  }

  @Test
  void aHundredThousandTasksWithStormsTakeNoMoreThanTheirShare() {
    TaskTraces many = new TaskTraces(1_000, clock, clock);
    List<TaskId> all = new ArrayList<>();
    for (int count = 0; count < 100_000; count++) {
      AttemptId attempt = new AttemptId(ids.next(), 1);
      all.add(attempt.task());
      many.submitted(attempt.task(), clock.instant(), clock.nanoTime());
      many.begun(attempt, Kind.BEGUN, WORKER);
      for (int again = 0; again < 20; again++) {
        many.add(attempt, Kind.RETRANSMITTED);
        many.add(attempt.task(), Kind.QUEUED);
      }
    }

    assertThat(all.subList(0, 99_000))
        .allSatisfy(task -> assertThat(many.trace(task).steps()).isEmpty());
    assertThat(all.subList(99_000, 100_000))
        .allSatisfy(task -> assertThat(many.trace(task).steps()).hasSizeBetween(20, Steps.MOST));
  }

  @Test
  void aTaskThatOutlivedItsTraceBeginsAnother() {
    TaskId task = submitted();
    for (int count = 0; count < 10; count++) {
      submitted();
    }
    assertThat(known(task)).isFalse();
    traces.ended(new AttemptId(task, 1), Kind.RESULT, null, null);

    assertThat(traces.trace(task).complete()).isFalse();
    assertThat(traces.trace(task).steps()).extracting(TraceStep::kind).containsExactly(Kind.RESULT);
  }

  @Test
  void itAgreesWithASimpleMapWhateverHappens() {
    Random random = new Random(7);
    Map<TaskId, Integer> expected = new HashMap<>();
    List<TaskId> all = new ArrayList<>();
    for (int round = 0; round < 10_000; round++) {
      if (all.isEmpty() || random.nextInt(3) == 0) {
        TaskId task = submitted();
        all.add(task);
        expected.put(task, 3);
      } else {
        List<TaskId> recent = all.subList(Math.max(0, all.size() - 10), all.size());
        TaskId task = recent.get(random.nextInt(recent.size()));
        traces.add(task, Kind.QUEUED);
        expected.merge(task, 1, Integer::sum);
      }
    }
    List<TaskId> kept = all.subList(all.size() - 10, all.size());

    assertThat(kept)
        .allSatisfy(
            task ->
                assertThat(traces.trace(task).steps())
                    .hasSize(Math.min(Steps.MOST, expected.getOrDefault(task, 0))));
    assertThat(all.subList(0, all.size() - 10)).noneMatch(this::known);
  }

  @Test
  void stepsDoNotGoBackWhenTheClockDoes() {
    Instant[] now = {Instant.parse("2026-01-01T12:00:00Z")};
    InstantSource wall = () -> now[0];
    TaskTraces set = new TaskTraces(10, wall, clock);
    TaskId task = ids.next();
    set.submitted(task, now[0], clock.nanoTime());
    now[0] = now[0].minusSeconds(3600);
    clock.advance(Duration.ofSeconds(1));
    set.turn(clock.nanoTime());
    set.add(task, Kind.QUEUED);
    TaskId next = ids.next();
    set.submitted(next, now[0], clock.nanoTime());

    assertThat(set.trace(task).steps())
        .extracting(TraceStep::at)
        .containsOnly(Instant.parse("2026-01-01T12:00:00Z"));
    assertThat(set.trace(next).steps()).extracting(TraceStep::at).containsOnly(now[0]);
  }

  @Test
  void withNoTasksToKeepNothingIsKept() {
    TaskTraces off = new TaskTraces(0, clock, clock);
    TaskId task = ids.next();
    off.submitted(task, clock.instant(), clock.nanoTime());
    off.add(task, Kind.QUEUED);
    off.begun(new AttemptId(task, 1), Kind.BEGUN, WORKER);
    off.add(new AttemptId(task, 1), Kind.SENT);
    off.ended(new AttemptId(task, 1), Kind.RESULT, null, null);
    off.delivered(task);
    off.turn(clock.nanoTime());

    assertThat(off.trace(task)).isEqualTo(TaskTrace.unknown(task));
  }

  private boolean known(TaskId task) {
    return !traces.trace(task).steps().isEmpty();
  }

  private TaskId submitted() {
    TaskId task = ids.next();
    traces.submitted(task, clock.instant(), clock.nanoTime());
    traces.add(task, Kind.QUEUED);
    return task;
  }

  private AttemptId begun() {
    AttemptId attempt = new AttemptId(submitted(), 1);
    traces.begun(attempt, Kind.BEGUN, WORKER);
    return attempt;
  }
}
