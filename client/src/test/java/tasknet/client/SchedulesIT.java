package tasknet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasknet.http.ProblemException;
import tasknet.task.CatchUp;
import tasknet.task.SchedulePage;
import tasknet.task.ScheduleStatus;

/** The client's room for schedules. */
class SchedulesIT {
  private static final ScheduleSubmission NIGHTLY =
      ScheduleSubmission.of(
              "nightly",
              "30 2 * * *",
              TaskSubmission.of("hash", "x").withDeadline(Duration.ofHours(2)))
          .withZone("Europe/Berlin")
          .withCatchUp(CatchUp.ALL);

  private final ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher());

  @SuppressWarnings("NullAway.Init")
  private TasknetClient client;

  @BeforeEach
  void open() {
    client = new TasknetClient(dispatcher.uri());
  }

  @AfterEach
  void close() {
    client.close();
    dispatcher.close();
  }

  @Test
  void aScheduleIsMadeFoundAndDeleted() throws Exception {
    ScheduleStatus made = client.schedules().add(NIGHTLY);

    assertThat(made.task())
        .hasToString("{\"type\":\"hash\",\"payload\":\"x\",\"deadline\":\"PT2H\"}");
    assertThat(made.zone()).isEqualTo("Europe/Berlin");
    assertThat(made.catchUp()).isEqualTo(CatchUp.ALL);
    assertThat(made.next().getFirst()).hasToString("2026-03-29T03:00+02:00");
    assertThat(client.schedules().add(NIGHTLY)).isEqualTo(made);
    assertThat(client.schedules().find("nightly")).contains(made);
    assertThat(client.schedules().delete("nightly")).contains(made);
    assertThat(client.schedules().find("nightly")).isEmpty();
    assertThat(client.schedules().delete("nightly")).isEmpty();
  }

  @Test
  void aNameThatIsTakenIsAnErrorUnlessItIsReplaced() throws Exception {
    client.schedules().add(NIGHTLY);
    ScheduleSubmission other = NIGHTLY.withZone("UTC");

    assertThatThrownBy(() -> client.schedules().add(other))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("taken");
    assertThat(client.schedules().put(other).zone()).isEqualTo("UTC");
  }

  @Test
  void aScheduleIsPausedAndResumed() throws Exception {
    ScheduleStatus made = client.schedules().add(NIGHTLY.withPause());
    assertThat(made.paused()).isTrue();
    assertThat(client.schedules().resume("nightly")).get().matches(it -> !it.paused());
    assertThat(client.schedules().pause("nightly")).contains(made);
    assertThat(client.schedules().pause("other")).isEmpty();
    assertThat(client.schedules().resume("other")).isEmpty();
  }

  @Test
  void schedulesAreReadPageByPage() throws Exception {
    for (String name : new String[] {"c", "a", "b"}) {
      client
          .schedules()
          .add(ScheduleSubmission.of(name, "0 0 * * *", TaskSubmission.of("hash", 1)));
    }
    SchedulePage first = client.schedules().list(null);
    assertThat(first.schedules()).extracting(ScheduleStatus::name).containsExactly("a", "b");
    SchedulePage second = client.schedules().list(first.next());
    assertThat(second.schedules()).extracting(ScheduleStatus::name).containsExactly("c");
    assertThat(second.next()).isNull();
  }
}
