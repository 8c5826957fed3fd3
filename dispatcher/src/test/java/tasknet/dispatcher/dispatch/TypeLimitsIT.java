package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus.Limits;
import tasknet.wire.Message;

/** Bounds on a type, over all workers. */
@Timeout(60)
class TypeLimitsIT {
  private static final TaskType HASH = new TaskType("hash");

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

  @Test
  void aLimitThatIsRaisedStartsMoreAtOnceAndALoweredOneLetsThoseFinish() {
    LoopUnderTest dispatcher = dispatcher(2, null);
    dispatcher.register(one);
    List<TaskId> tasks = dispatcher.submitMany("hash", 10);
    assertThat(running()).hasSize(2);

    limit(dispatcher, new Limits(5, null, null));
    assertThat(running()).hasSize(5);
    limit(dispatcher, new Limits(1, null, null));
    assertThat(running()).as("none is cancelled").hasSize(5);
    while (running().size() > 1) {
      complete(running().getFirst());
      dispatcher.settle();
    }
    complete(running().getFirst());
    dispatcher.settle();
    assertThat(running()).hasSize(1);
    limit(dispatcher, Limits.NONE);

    assertThat(running()).as("as the file says").hasSize(2);
    assertThat(done).hasSize(5);
    assertThat(tasks).filteredOn(task -> dispatcher.state(task) == TaskState.QUEUED).hasSize(3);
    dispatcher.assertSound();
  }

  @Test
  void anotherRateIsNoBurst() {
    LoopUnderTest dispatcher = dispatcher(null, null);
    dispatcher.register(one, two);
    limit(dispatcher, new Limits(null, 4.0, null));
    dispatcher.submitMany("hash", 30);
    assertThat(running()).isEmpty();
    dispatcher.pass(Duration.ofMillis(250));
    assertThat(running()).hasSize(1);

    for (int count = 0; count < 10; count++) {
      limit(dispatcher, new Limits(null, count % 2 == 0 ? 20.0 : 4.0, null));
    }
    assertThat(running()).hasSize(1);
    dispatcher.pass(Duration.ofMillis(250));
    assertThat(running()).hasSize(2);
    limit(dispatcher, new Limits(null, 20.0, null));
    dispatcher.pass(Duration.ofMillis(250));
    assertThat(running()).hasSize(7);
  }

  @Test
  void aPausedTypeStartsNothingUntilItIsResumed() {
    LoopUnderTest dispatcher = dispatcher(null, null);
    dispatcher.register(one);
    TaskId running = dispatcher.submit("hash");
    pause(dispatcher, true);
    pause(dispatcher, true);
    List<TaskId> waiting = dispatcher.submitMany("hash", 3);
    dispatcher.submit("upper");
    one.fail(attempt(running, 1), "x", true);
    one.expectAck(attempt(running, 1));
    dispatcher.pass(Duration.ofMillis(1_500));
    assertThat(dispatcher.state(running)).as("its retry").isEqualTo(TaskState.QUEUED);
    assertThat(dispatcher.loop().lack(HASH)).isEqualTo("the resume of type hash");
    dispatcher.cancel(waiting.getFirst());
    assertThat(running()).as("the first attempt, and upper").hasSize(2);
    dispatcher.assertSound();

    pause(dispatcher, false);
    dispatcher.settle();

    assertThat(running()).hasSize(2 + 3);
    assertThat(dispatcher.loop().lack(HASH)).isNull();
    dispatcher.assertSound();
  }

  @Test
  void nothingBeginsAfterAPauseIsAnswered() {
    LoopUnderTest dispatcher = dispatcher(null, null);
    ScriptedWorker many = ScriptedWorker.open("worker-many", 1_000, "hash");
    opened.add(many);
    dispatcher.register(many);
    for (int round = 0; round < 20; round++) {
      List<CompletableFuture<?>> load = new ArrayList<>();
      for (int count = 0; count < 20; count++) {
        load.add(dispatcher.submitLater("hash"));
      }
      LoopUnderTest.get(dispatcher.loop().types().change(HASH, kept -> kept.paused(true)));
      Map<TaskState, Long> answered = dispatcher.store().counts().getOrDefault(HASH, Map.of());
      load.forEach(LoopUnderTest::get);
      dispatcher.settle();
      Map<TaskState, Long> later = dispatcher.store().counts().getOrDefault(HASH, Map.of());
      assertThat(later.getOrDefault(TaskState.RUNNING, 0L))
          .isEqualTo(answered.getOrDefault(TaskState.RUNNING, 0L));
      pause(dispatcher, false);
    }
    dispatcher.settle();

    assertThat(dispatcher.store().counts().get(HASH)).containsEntry(TaskState.RUNNING, 400L);
    dispatcher.assertSound();
  }

  @Test
  void whatWasChangedHoldsAfterARestart() {
    LoopUnderTest dispatcher = dispatcher(1, null);
    limit(dispatcher, new Limits(3, null, 4));
    pause(dispatcher, true);
    dispatcher.submitMany("hash", 4);
    dispatcher.kill();
    dispatcher.start();
    dispatcher.register(one);
    assertThat(running()).isEmpty();
    assertThat(dispatcher.loop().types().limits(HASH)).isEqualTo(new Limits(3, null, 4));
    assertThat(dispatcher.loop().waiting().of(HASH)).isEqualTo(4);
    assertThatThrownBy(() -> dispatcher.submit("hash")).isInstanceOf(QueueFullException.class);

    pause(dispatcher, false);
    dispatcher.settle();

    assertThat(running()).hasSize(3);
    assertThat(dispatcher.loop().lack(HASH))
        .isEqualTo("the end of an attempt of type hash, of which at most 3 run");
    dispatcher.assertSound();
  }

  @Test
  void aTaskOfAPausedTypeExpires() {
    LoopUnderTest dispatcher = dispatcher(null, null);
    dispatcher.register(one);
    pause(dispatcher, true);
    TaskTerms terms = TaskTerms.STANDARD.withDeadline(dispatcher.clock.instant().plusMillis(100));
    TaskId task = dispatcher.submit(TaskRequest.of(HASH, new JsonText("1")).with(terms));
    dispatcher.pass(Duration.ofMillis(200));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.EXPIRED);
    dispatcher.assertSound();
  }

  private void complete(AttemptId attempt) {
    one.complete(attempt, "1");
    one.expectAck(attempt);
    done.add(attempt);
  }

  private static void limit(LoopUnderTest dispatcher, Limits limits) {
    LoopUnderTest.get(dispatcher.loop().types().change(HASH, kept -> kept.limits(limits)));
    dispatcher.settle();
  }

  private static void pause(LoopUnderTest dispatcher, boolean paused) {
    LoopUnderTest.get(dispatcher.loop().types().change(HASH, kept -> kept.paused(paused)));
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
            Duration.ofMillis(500),
            2);
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
            null,
            standard.keep());
    return new TypeRules(Map.of(new TaskType("hash"), rule));
  }

  private ScriptedWorker worker(String name) {
    ScriptedWorker worker = ScriptedWorker.open(name, 20, "hash", "upper");
    opened.add(worker);
    return worker;
  }
}
