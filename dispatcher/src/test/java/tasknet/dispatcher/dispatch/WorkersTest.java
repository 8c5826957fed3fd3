package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

class WorkersTest {
  private static final TaskType HASH = new TaskType("hash");

  private final TestClock clock = new TestClock();
  private final Workers workers = new Workers(new Random(1));
  private final List<KnownWorker> restarted = new ArrayList<>();
  private int tasks;

  @Test
  void aTypeWithoutAWorkerHasNone() {
    register(worker("a", 1, 2));

    assertThat(workers.choose(new TaskType("sum"), now())).isNull();
  }

  @Test
  void noWorkerIsGivenMoreThanItsCapacity() {
    register(worker("a", 1, 2), worker("b", 1, 3));

    int given = 0;
    for (KnownWorker worker = choose(); worker != null; worker = choose()) {
      begin(worker);
      given++;
    }

    assertThat(given).isEqualTo(5);
    assertThat(known("a").attempts).hasSize(2);
    assertThat(known("b").attempts).hasSize(3);
  }

  @Test
  void theLoadIsSpreadByCapacity() {
    register(worker("small", 1, 100), worker("large", 1, 300));

    IntStream.range(0, 200).forEach(_ -> begin(Objects.requireNonNull(choose())));

    assertThat(known("small").attempts).hasSizeBetween(30, 70);
  }

  @Test
  void aSuspectThatLeavesAndIsListedAgainIsStillOne() {
    register(worker("a", 1, 2));
    known("a").suspect = true;

    register();
    register(worker("a", 1, 2));

    assertThat(choose()).isNull();
    known("a").heard(now());
    assertThat(choose()).isNotNull();
  }

  @Test
  void aWorkerThatIsListedAgainWithALesserEpochIsANewProcessWhoseClockWasSetBack() {
    register(worker("a", 5, 2));
    known("a").suspect = true;

    register();
    register(worker("a", 1, 2));

    assertThat(known("a").epoch).isEqualTo(1);
    assertThat(choose()).isNotNull();
  }

  @Test
  void aLesserEpochOfAWorkerThatAnswersIsThatOfAnOldList() {
    register(worker("a", 5, 2));

    register(worker("a", 1, 2));

    assertThat(known("a").epoch).isEqualTo(5);
  }

  @Test
  void aWorkerOfAnEarlierDispatcherIsGivenNothingUntilItAnswers() {
    RegisteredWorker entry = worker("a", 1, 2);
    KnownWorker recovered =
        workers.known(
            entry.id(),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
            entry.registration().epoch(),
            now());
    recovered.owesAnswer = true;

    register(entry);

    assertThat(choose()).isNull();
    recovered.heard(now());
    recovered.credit(1, 0, now());
    assertThat(choose()).isNotNull();
  }

  @Test
  void aWorkerThatOwesAnAnswerIsGivenNothing() {
    register(worker("a", 1, 2));
    known("a").owesAnswer = true;

    assertThat(choose()).isNull();
    known("a").heard(now());
    assertThat(choose()).isNotNull();
  }

  @Test
  void aReservedSlotIsTaken() {
    register(worker("a", 1, 1));

    known("a").reserve();
    assertThat(choose()).isNull();
    known("a").unreserve();
    assertThat(choose()).isNotNull();
  }

  @Test
  void amongManyFullWorkersTheOneWithRoomIsFound() {
    RegisteredWorker[] many =
        IntStream.range(0, 100)
            .mapToObj(number -> worker("worker-" + number, 1, 1))
            .toArray(RegisteredWorker[]::new);
    register(many);
    IntStream.range(0, 100).forEach(_ -> Objects.requireNonNull(choose()).reserve());
    assertThat(choose()).isNull();

    for (int number : new int[] {99, 0, 50, 99}) {
      KnownWorker free = known("worker-" + number);
      free.unreserve();
      assertThat(choose()).isSameAs(free);
      free.reserve();
      assertThat(choose()).isNull();
    }
  }

  @Test
  void aWorkerWithMoreSlotsOrOtherTypesIsChosenByThem() {
    register(worker("a", 1, 1));
    known("a").reserve();
    assertThat(choose()).isNull();

    register(worker("a", 1, 2));
    known("a").credit(2, 1, now());
    assertThat(choose()).isSameAs(known("a"));
    register();
    assertThat(choose()).isNull();
  }

  @Test
  void whatTheWorkerSaysOfItsFreeSlotsHolds() {
    register(worker("a", 1, 10));
    RunningAttempt attempt = begin(known("a"));
    attempt.become(RunningAttempt.Phase.ACCEPTED);

    known("a").credit(0, 5, now());
    assertThat(choose()).as("its slots are used by someone else").isNull();

    known("a").credit(9, 4, now());
    assertThat(choose()).as("an older datagram that came later").isNull();

    known("a").credit(1, 6, now());
    assertThat(choose()).isNotNull();
  }

  @Test
  void anOldWordOfAnIdleWorkerIsNotBelievedForEver() {
    register(worker("a", 1, 10));
    known("a").credit(0, 1, now());
    assertThat(choose()).isNull();

    clock.advance(Duration.ofSeconds(2));

    assertThat(choose()).isNotNull();
  }

  @Test
  void aWorkerThatRefusedIsLeftAloneForAMoment() {
    register(worker("a", 1, 10));
    known("a").block(now() + Duration.ofMillis(100).toNanos());
    assertThat(choose()).isNull();

    clock.advance(Duration.ofMillis(101));

    assertThat(choose()).isNotNull();
  }

  @Test
  void aSuspectGetsNothingUntilItIsHeard() {
    register(worker("a", 1, 10));
    known("a").suspect = true;
    assertThat(choose()).isNull();

    known("a").heard(now());

    assertThat(choose()).isNotNull();
  }

  @Test
  void aNewEpochIsANewProcess() {
    register(worker("a", 1, 10));
    register(worker("a", 2, 10));

    assertThat(restarted).containsExactly(known("a"));
    assertThat(known("a").epoch).isEqualTo(2);
  }

  @Test
  void aWorkerThatHasLeftIsRememberedWhileItHasAttempts() {
    register(worker("a", 1, 10));
    RunningAttempt attempt = begin(known("a"));

    register();
    assertThat(choose()).isNull();
    assertThat(workers.find("a")).isNotNull();

    KnownWorker worker = known("a");
    worker.remove(attempt);
    workers.forgetIfDone(worker);
    assertThat(workers.find("a")).isNull();
  }

  private @org.jspecify.annotations.Nullable KnownWorker choose() {
    return workers.choose(HASH, now());
  }

  private RunningAttempt begin(KnownWorker worker) {
    QueuedTask task =
        new QueuedTask(
            new TaskId(1, ++tasks),
            TaskRequest.of(HASH, JsonText.NULL),
            Instant.EPOCH,
            tasks,
            0,
            0);
    RunningAttempt attempt =
        new RunningAttempt(
            task,
            worker,
            worker.epoch,
            Instant.EPOCH,
            null,
            RunningAttempt.Phase.STARTING,
            false,
            now(),
            now());
    attempt.become(RunningAttempt.Phase.SENT);
    worker.add(attempt, now());
    return attempt;
  }

  private KnownWorker known(String name) {
    return Objects.requireNonNull(workers.find(name));
  }

  private void register(RegisteredWorker... registered) {
    WorkerList list = new WorkerList(1, List.of(registered));
    workers.update(list, Workers.addresses(list), now(), restarted::add);
  }

  private static RegisteredWorker worker(String name, long epoch, int capacity) {
    Registration registration =
        new Registration(Set.of(HASH), "127.0.0.1", 6000, capacity, epoch, "1", Instant.EPOCH);
    return new RegisteredWorker(new WorkerId(name), registration, Instant.EPOCH, false);
  }

  private long now() {
    return clock.nanoTime();
  }
}
