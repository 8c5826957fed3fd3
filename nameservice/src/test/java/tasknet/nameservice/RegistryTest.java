package tasknet.nameservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tasknet.registry.DeathAnswer;
import tasknet.registry.Departure;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

class RegistryTest {
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);
  private static final WorkerId A = new WorkerId("a");
  private static final WorkerId B = new WorkerId("b");
  private static final WorkerId C = new WorkerId("c");
  private static final TaskType HASH = new TaskType("hash");

  private final TestClock clock = new TestClock();
  private final List<RegistryChange> changes = new ArrayList<>();
  private final Registry registry = new Registry(TIME_TO_LIVE, clock, clock, changes::add);

  @Test
  void aNewWorkerRaisesTheRevisionAndIsListed() {
    long before = registry.revision();

    RegisterResult result = registry.register(A, registration(1, "hash"));

    assertThat(result).isEqualTo(new RegisterResult.Accepted(before + 1));
    assertThat(registry.list(null).workers())
        .containsExactly(
            new RegisteredWorker(
                A, registration(1, "hash"), clock.instant().plus(TIME_TO_LIVE), false));
    assertThat(changes).containsExactly(new RegistryChange.Joined(A, registration(1, "hash")));
  }

  @Test
  void theFirstRevisionIsTheTimeSoThatItGrowsOverRestarts() {
    registry.register(A, registration(1, "hash"));
    clock.advance(Duration.ofSeconds(1));

    Registry next = new Registry(TIME_TO_LIVE, clock, clock, changes::add);

    assertThat(next.revision()).isGreaterThan(registry.revision());
  }

  @Test
  void aHeartbeatThatChangesNothingKeepsTheRevisionButNotTheExpiry() {
    registry.register(A, registration(1, "hash"));
    long revision = registry.revision();
    clock.advance(Duration.ofSeconds(4));

    assertThat(registry.register(A, registration(1, "hash")))
        .isEqualTo(new RegisterResult.Accepted(revision));

    clock.advance(Duration.ofSeconds(4));
    registry.expire();
    assertThat(ids()).containsExactly(A);
    assertThat(changes).hasSize(1);
  }

  @Test
  void onlyARegistrationAsItIsIsRenewed() {
    assertThat(registry.renew(A, registration(1, "hash"))).isNull();
    registry.register(A, registration(1, "hash"));
    Instant before = registry.list(null).workers().getFirst().expiresAt();
    clock.advance(Duration.ofSeconds(1));

    assertThat(registry.renew(A, registration(1, "sum"))).isNull();
    assertThat(registry.renew(A, registration(2, "hash"))).isNull();
    assertThat(registry.renew(B, registration(1, "hash"))).isNull();
    assertThat(registry.list(null).workers().getFirst().expiresAt()).isEqualTo(before);
    assertThat(registry.renew(A, registration(1, "hash"))).isEqualTo(registry.revision());
    assertThat(registry.list(null).workers().getFirst().expiresAt())
        .isEqualTo(before.plusSeconds(1));
    assertThat(changes).hasSize(1);

    registry.depart(A, null);
    assertThat(registry.renew(A, registration(1, "hash"))).isNull();
  }

  @Test
  void aChangedRegistrationRaisesTheRevision() {
    registry.register(A, registration(1, "hash"));
    long revision = registry.revision();

    registry.register(A, registration(1, "hash", "sum"));

    assertThat(registry.revision()).isEqualTo(revision + 1);
    assertThat(changes.getLast())
        .isEqualTo(new RegistryChange.Changed(A, registration(1, "hash", "sum")));
  }

  @Test
  void aNewerProcessReplacesAnOlderOne() {
    registry.register(A, registration(1, "hash"));
    registry.register(A, registration(2, "hash"));

    assertThat(registry.list(null).workers().getFirst().registration().epoch()).isEqualTo(2);
  }

  @Test
  void anOlderProcessIsRefusedWhileTheNewerOneLives() {
    registry.register(A, registration(7, "hash"));
    long revision = registry.revision();

    assertThat(registry.register(A, registration(6, "hash")))
        .isEqualTo(new RegisterResult.Refused(7));

    assertThat(registry.revision()).isEqualTo(revision);
    clock.advance(TIME_TO_LIVE);
    assertThat(registry.register(A, registration(6, "hash")))
        .isEqualTo(new RegisterResult.Accepted(revision + 1));
  }

  @Test
  void aWorkerExpiresExactlyWhenItsTimeToLiveIsOver() {
    registry.register(A, registration(1, "hash"));
    clock.advance(TIME_TO_LIVE.minusNanos(1));
    registry.expire();
    assertThat(ids()).containsExactly(A);
    long revision = registry.revision();

    clock.advance(Duration.ofNanos(1));
    registry.expire();

    assertThat(ids()).isEmpty();
    assertThat(registry.lookup(HASH)).isNull();
    assertThat(registry.revision()).isEqualTo(revision + 1);
    assertThat(changes.getLast()).isEqualTo(new RegistryChange.Expired(A, registration(1, "hash")));
  }

  @Test
  void aDepartureRemovesOnlyTheEpochThatIsNamed() {
    registry.register(A, registration(2, "hash"));

    assertThat(registry.depart(A, 1L)).isFalse();
    assertThat(ids()).containsExactly(A);
    assertThat(registry.depart(A, 2L)).isTrue();
    assertThat(registry.depart(A, 2L)).isFalse();
    assertThat(changes.getLast())
        .isEqualTo(new RegistryChange.Departed(A, registration(2, "hash")));
  }

  @Test
  void aDepartureWithoutAnEpochRemovesAny() {
    registry.register(A, registration(2, "hash"));

    assertThat(registry.depart(A, null)).isTrue();
    assertThat(ids()).isEmpty();
  }

  @Test
  void aDeathEndsTheRegistrationOfThatEpochAndIsTold() {
    registry.register(A, registration(2, "hash"));
    long revision = registry.revision();

    assertThat(registry.died(A, 2, "killed")).isEqualTo(new DeathAnswer(true, true));

    assertThat(ids()).isEmpty();
    assertThat(registry.lookup(HASH)).isNull();
    assertThat(registry.list(null))
        .isEqualTo(
            new WorkerList(
                revision + 1,
                List.of(),
                List.of(
                    new Departure(
                        A, 2, Departure.Kind.DIED, "killed", clock.instant(), revision + 1))));
    assertThat(changes.getLast()).isEqualTo(new RegistryChange.Died(A, 2, "killed"));
  }

  @Test
  void aDeathOfAnotherProcessOrOfNobodyChangesNothing() {
    registry.register(A, registration(2, "hash"));
    registry.restore(fixed(C));
    long revision = registry.revision();
    DeathAnswer nothing = new DeathAnswer(false, false);

    assertThat(registry.died(A, 1, "killed")).isEqualTo(nothing);
    assertThat(registry.died(A, 3, "killed")).isEqualTo(nothing);
    assertThat(registry.died(B, 2, "killed")).isEqualTo(nothing);
    assertThat(registry.died(C, 0, "killed")).as("a fixed one").isEqualTo(nothing);

    assertThat(registry.revision()).isEqualTo(revision);
    assertThat(ids()).containsExactly(A, C);
    assertThat(departures()).isEmpty();
  }

  @Test
  void aDeathThatIsReportedAgainIsToldOnce() {
    registry.register(A, registration(2, "hash"));
    registry.died(A, 2, "killed");

    assertThat(registry.died(A, 2, "killed")).isEqualTo(new DeathAnswer(false, false));

    assertThat(departures()).hasSize(1);
  }

  @Test
  void aDeathAfterADepartureIsToldBecauseWorkMayHaveBeenLeft() {
    registry.register(A, registration(2, "hash"));
    registry.register(B, registration(2, "hash"));
    registry.depart(A, 2L);
    clock.advance(TIME_TO_LIVE);
    registry.expire();

    assertThat(registry.died(A, 2, "killed")).isEqualTo(new DeathAnswer(false, true));
    assertThat(registry.died(B, 1, "killed")).isEqualTo(new DeathAnswer(false, false));
    assertThat(registry.died(B, 2, "killed")).isEqualTo(new DeathAnswer(false, true));

    assertThat(departures())
        .extracting(Departure::kind)
        .containsExactly(
            Departure.Kind.LEFT, Departure.Kind.EXPIRED, Departure.Kind.DIED, Departure.Kind.DIED);
  }

  @Test
  void aWorkerThatWasReportedDeadAndSendsHeartbeatsIsRegisteredAndTheReportIsTakenBack() {
    registry.register(A, registration(2, "hash"));
    registry.died(A, 2, "killed");
    long revision = registry.revision();

    assertThat(registry.register(A, registration(2, "hash")))
        .isEqualTo(new RegisterResult.Accepted(revision + 1));

    assertThat(ids()).containsExactly(A);
    assertThat(departures()).isEmpty();
    assertThat(changes.getLast())
        .isEqualTo(new RegistryChange.Returned(A, registration(2, "hash")));
  }

  @Test
  void theNextProcessOfADeadWorkerIsRegisteredAndTheReportStands() {
    registry.register(A, registration(2, "hash"));
    registry.died(A, 2, "killed");

    registry.register(A, registration(3, "hash"));

    assertThat(changes.getLast()).isEqualTo(new RegistryChange.Joined(A, registration(3, "hash")));
    assertThat(departures()).hasSize(1);
    assertThat(registry.died(A, 2, "killed")).isEqualTo(new DeathAnswer(false, false));
  }

  @Test
  void departuresAreForgottenAfterTenMinutes() {
    registry.register(A, registration(2, "hash"));
    registry.depart(A, null);
    clock.advance(Duration.ofMinutes(10).minusNanos(1));
    assertThat(departures()).hasSize(1);

    clock.advance(Duration.ofNanos(1));

    assertThat(departures()).isEmpty();
    assertThat(registry.died(A, 2, "killed")).isEqualTo(new DeathAnswer(false, false));
  }

  @Test
  void theLastThousandDeparturesAreKept() {
    for (int number = 0; number < 1_200; number++) {
      WorkerId id = new WorkerId("w" + number);
      registry.register(id, registration(1, "hash"));
      registry.depart(id, null);
    }

    assertThat(departures()).hasSize(1_000);
    assertThat(departures().getFirst().id()).isEqualTo(new WorkerId("w200"));
    assertThat(departures().getLast().id()).isEqualTo(new WorkerId("w1199"));
  }

  @Test
  void theHostNameIsKeptOverARestart() {
    Registration inContainer =
        new Registration(Set.of(HASH), "10.0.0.1", 6000, 8, 1, "1", Instant.EPOCH, "3f2a91c07b1e");
    registry.register(A, inContainer);
    Registry next = new Registry(TIME_TO_LIVE, clock, clock, changes::add);
    next.restore(registry.content());

    assertThat(next.list(null).workers())
        .extracting(RegisteredWorker::registration)
        .containsExactly(inContainer);
  }

  @Test
  void theListIsOrderedAndFilteredByType() {
    registry.register(C, registration(1, "hash"));
    registry.register(A, registration(1, "hash", "sum"));
    registry.register(B, registration(1, "sum"));

    assertThat(ids()).containsExactly(A, B, C);
    assertThat(registry.list(HASH).workers())
        .extracting(RegisteredWorker::id)
        .containsExactly(A, C);
    assertThat(registry.list(new TaskType("none")).workers()).isEmpty();
  }

  @Test
  void lookupsGoRoundAndRound() {
    Stream.of(A, B, C).forEach(id -> registry.register(id, registration(1, "hash")));

    assertThat(lookups(7)).containsExactly(A, B, C, A, B, C, A);
  }

  @Test
  void lookupsOfOneTypeDoNotMoveTheRoundOfAnother() {
    registry.register(A, registration(1, "hash", "sum"));
    registry.register(B, registration(1, "hash", "sum"));

    List<WorkerId> given = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      given.addAll(lookups(1));
      registry.lookup(new TaskType("sum"));
    }

    assertThat(given).containsExactly(A, B, A);
  }

  @Test
  void aRoundGoesOnWhenWorkersComeAndGo() {
    registry.register(A, registration(1, "hash"));
    registry.register(B, registration(1, "hash"));
    assertThat(lookups(1)).containsExactly(A);
    registry.register(C, registration(1, "hash"));
    assertThat(lookups(1)).containsExactly(B);
    registry.depart(B, null);

    assertThat(lookups(3)).containsExactly(C, A, C);
  }

  @Test
  void restoredWorkersGetAFullTimeToLiveFromTheStart() {
    registry.register(A, registration(3, "hash"));
    RegistryContent kept = registry.content();
    clock.advance(Duration.ofHours(1));
    Registry next = new Registry(TIME_TO_LIVE, clock, clock, changes::add);

    next.restore(kept);
    clock.advance(TIME_TO_LIVE.minusNanos(1));
    next.expire();

    assertThat(next.list(null).workers())
        .containsExactly(
            new RegisteredWorker(A, registration(3, "hash"), clock.instant().plusNanos(1), false));
    assertThat(Objects.requireNonNull(next.lookup(HASH)).id()).isEqualTo(A);
    clock.advance(Duration.ofNanos(1));
    next.expire();
    assertThat(next.list(null).workers()).isEmpty();
  }

  @Test
  void aHeartbeatOfARestoredWorkerIsNoChange() {
    registry.register(A, registration(3, "hash"));
    Registry next = new Registry(TIME_TO_LIVE, clock, clock, changes::add);
    next.restore(registry.content());
    long revision = next.revision();

    next.register(A, registration(3, "hash"));

    assertThat(next.revision()).isEqualTo(revision);
  }

  @Test
  void aFixedWorkerNeverExpiresAndCannotDepart() {
    registry.restore(fixed(A));
    clock.advance(Duration.ofDays(1000));
    registry.expire();

    assertThat(registry.depart(A, null)).isFalse();
    RegisteredWorker worker = registry.list(HASH).workers().getFirst();
    assertThat(worker.fixed()).isTrue();
    assertThat(worker.expiresAt()).isEqualTo(Registry.NEVER);
    assertThat(worker.registration().host()).isEqualTo("10.0.0.9");
    assertThat(lookups(1)).containsExactly(A);
  }

  @Test
  void aLiveRegistrationHidesTheFixedOneUntilItExpires() {
    registry.restore(fixed(A));
    registry.register(A, registration(5, "hash"));
    assertThat(registry.list(null).workers())
        .singleElement()
        .satisfies(worker -> assertThat(worker.registration()).isEqualTo(registration(5, "hash")));

    clock.advance(TIME_TO_LIVE);
    registry.expire();

    assertThat(registry.list(null).workers())
        .singleElement()
        .satisfies(worker -> assertThat(worker.registration().host()).isEqualTo("10.0.0.9"));
    assertThat(registry.content().fixed()).isEqualTo(fixed(A).fixed());
  }

  private List<WorkerId> ids() {
    return registry.list(null).workers().stream().map(RegisteredWorker::id).toList();
  }

  private List<Departure> departures() {
    return registry.list(null).departures();
  }

  private List<WorkerId> lookups(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Objects.requireNonNull(registry.lookup(HASH)).id())
        .toList();
  }

  private static RegistryContent fixed(WorkerId id) {
    return new RegistryContent(
        1, List.of(), List.of(new RegistryContent.Fixed(id, List.of(HASH), "10.0.0.9", 6000, 4)));
  }

  static Registration registration(long epoch, String... types) {
    return new Registration(
        Stream.of(types).map(TaskType::new).collect(Collectors.toSet()),
        "10.0.0.1",
        6000,
        8,
        epoch,
        "0.1.0",
        Instant.parse("2026-01-01T00:00:00.123456789Z").plusSeconds(epoch));
  }
}
