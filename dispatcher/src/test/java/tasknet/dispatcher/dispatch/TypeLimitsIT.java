package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.task.TypeRule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.dispatcher.testkit.FaultyStore.Write;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.registry.Departure;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.wire.Message;

/** Bounds on a type, over all workers. */
@Timeout(60)
class TypeLimitsIT {
  @TempDir Path folder;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final ScriptedWorker one = worker("worker-1");
  private final ScriptedWorker two = worker("worker-2");

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void noMoreRunThanMayAndAFreedPlaceGoesOn() {
    LoopUnderTest dispatcher = dispatcher(3, null);
    dispatcher.register(one, two);
    List<TaskId> tasks = dispatcher.submitMany("hash", 10);
    int ended = 0;
    while (ended < tasks.size()) {
      List<AttemptId> running = running();
      assertThat(running).hasSize(Math.min(3, tasks.size() - ended));
      AttemptId next = running.getFirst();
      ScriptedWorker worker = one.heard(Message.Execute.class, next) > 0 ? one : two;
      worker.complete(next, "1");
      worker.expectAck(next);
      done.add(next);
      ended++;
      dispatcher.settle();
    }

    assertThat(tasks).allMatch(task -> dispatcher.state(task) == TaskState.COMPLETED);
    dispatcher.assertSound();
  }

  @Test
  void anotherTypeIsNotHeldUp() {
    LoopUnderTest dispatcher = dispatcher(1, 1.0);
    dispatcher.register(one);
    dispatcher.submitMany("hash", 3);
    dispatcher.submitMany("upper", 4);

    assertThat(running()).hasSize(5);
    assertThat(one.heard(Message.Execute.class))
        .filteredOn(execute -> execute.type().equals(new TaskType("upper")))
        .hasSize(4);
  }

  @Test
  void attemptsThatAreBeingBegunCount() {
    LoopUnderTest dispatcher = dispatcher(2, null);
    dispatcher.register(one);
    dispatcher.store().hold(Write.BEGIN);
    dispatcher.submitMany("hash", 5);
    assertThat(running()).isEmpty();
    dispatcher.store().heal();
    dispatcher.settle();

    assertThat(running()).hasSize(2);
  }

  @Test
  void aLostAttemptMakesRoomForItsOwnRetry() {
    LoopUnderTest dispatcher = dispatcher(1, null);
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    dispatcher.submit("hash");
    dispatcher.departed(one, one.epoch(), Departure.Kind.DIED, "killed");
    dispatcher.register(two);

    assertThat(two.expectExecute().attempt()).isEqualTo(attempt(task, 2));
    assertThat(two.heard(Message.Execute.class)).hasSize(1);
  }

  @Test
  void aCancelledAttemptCountsUntilItsWorkerHasConfirmed() {
    LoopUnderTest dispatcher = dispatcher(1, null);
    dispatcher.register(one);
    AttemptId first = attempt(dispatcher.submit("hash"), 1);
    AttemptId second = attempt(dispatcher.submit("hash"), 1);
    one.accept(first);
    dispatcher.cancel(first.task());
    assertThat(one.heard(Message.Execute.class, second)).isZero();

    one.unknown(first);

    one.expectExecute(second);
  }

  @Test
  void whatRunsAfterARestartCountsAlsoWhenItIsMoreThanMay() {
    LoopUnderTest dispatcher = dispatcher(null, null);
    dispatcher.register(one);
    List<TaskId> running = dispatcher.submitMany("hash", 4);
    assertThat(running()).hasSize(4);
    dispatcher.kill();
    dispatcher.start(rules(2, null));
    one.dispatcherAt(dispatcher.address());
    running.forEach(task -> one.accept(attempt(task, 1)));
    dispatcher.register(one);
    TaskId waiting = dispatcher.submit("hash");
    for (TaskId task : running.subList(0, 2)) {
      one.complete(attempt(task, 1), "1");
      one.expectAck(attempt(task, 1));
      assertThat(one.heard(Message.Execute.class, attempt(waiting, 1))).isZero();
    }

    one.complete(attempt(running.get(2), 1), "1");

    one.expectExecute(attempt(waiting, 1));
    dispatcher.assertSound();
  }

  @Test
  void startsKeepToTheRate() {
    LoopUnderTest dispatcher = dispatcher(null, 4.0);
    dispatcher.register(one, two);
    dispatcher.submitMany("hash", 12);
    assertThat(running()).as("at once").hasSize(4);

    dispatcher.pass(Duration.ofMillis(225));
    assertThat(running()).hasSize(4);
    dispatcher.pass(Duration.ofMillis(25));
    assertThat(running()).hasSize(5);
    dispatcher.pass(Duration.ofMillis(975));
    assertThat(running()).hasSize(8);
    dispatcher.pass(Duration.ofMillis(775));
    assertThat(running()).hasSize(12);
    dispatcher.assertSound();
  }

  @Test
  void aRetryIsAStart() {
    LoopUnderTest dispatcher = dispatcher(null, 0.1);
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    one.fail(attempt(task, 1), "x", true);
    one.expectAck(attempt(task, 1));
    dispatcher.pass(Duration.ofMillis(9_900));
    assertThat(one.heard(Message.Execute.class)).hasSize(1);
    dispatcher.pass(Duration.ofMillis(150));

    one.expectExecute(attempt(task, 2));
  }

  private final List<AttemptId> done = new ArrayList<>();

  /** What the workers have been given and have not ended. */
  private List<AttemptId> running() {
    List<AttemptId> given = new ArrayList<>();
    for (ScriptedWorker worker : List.of(one, two)) {
      worker.heard(Message.Execute.class).forEach(execute -> given.add(execute.attempt()));
    }
    given.removeAll(done);
    return given.stream().distinct().toList();
  }

  private LoopUnderTest dispatcher(@Nullable Integer running, @Nullable Double startsPerSecond) {
    // Nothing but the limits is looked at here, so workers may be silent.
    DispatchSettings patient =
        new DispatchSettings(
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            Duration.ofMillis(500));
    LoopUnderTest dispatcher = new LoopUnderTest(folder, patient, rules(running, startsPerSecond));
    opened.add(dispatcher);
    return dispatcher;
  }

  private static TypeRules rules(@Nullable Integer running, @Nullable Double startsPerSecond) {
    TypeRule standard = TypeRule.STANDARD;
    TypeRule rule =
        new TypeRule(
            standard.timeout(),
            standard.maxAttempts(),
            standard.backoff(),
            true,
            running,
            startsPerSecond,
            standard.keep());
    return new TypeRules(Map.of(new TaskType("hash"), rule));
  }

  private ScriptedWorker worker(String name) {
    ScriptedWorker worker = ScriptedWorker.open(name, 20, "hash", "upper");
    opened.add(worker);
    return worker;
  }
}
