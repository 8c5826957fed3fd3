package tasknet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasknet.http.ProblemException;
import tasknet.task.DeadChange;
import tasknet.task.DeadGroup;
import tasknet.task.DeadPage;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskPage;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/** Two dead tasks of type hash, one of type sum, and one that was completed. */
final class DeadLettersIT {
  private static final TaskType HASH = new TaskType("hash");
  private static final TaskType SUM = new TaskType("sum");
  private static final TaskId FIRST = SmallDispatcher.id(1);
  private static final Fingerprint GROUP =
      Fingerprint.of(HASH, new TaskError("invalid-payload", "not a text", false));
  private static final Fingerprint NOBODY = new Fingerprint("0123456789abcdef");

  private final ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher());
  private final TasknetClient client = new TasknetClient(dispatcher.uri());
  private final DeadLetters dead = client.deadLetters();

  @BeforeEach
  void submit() throws InterruptedException {
    client.submit(TaskSubmission.of("hash", 5));
    client.submit(TaskSubmission.of("hash", 6));
    client.submit(TaskSubmission.of("sum", "x"));
    client.submit(TaskSubmission.of("hash", "x"));
  }

  @AfterEach
  void stop() {
    client.close();
    dispatcher.close();
  }

  @Test
  void groupsAreReadPageByPageAndByType() throws Exception {
    DeadPage first = dead.groups(null, 1, null);
    DeadPage second = dead.groups(null, 1, first.next());

    assertThat(first.groups()).extracting(DeadGroup::type).containsExactly(HASH);
    assertThat(second.groups()).extracting(DeadGroup::type).containsExactly(SUM);
    assertThat(second.next()).isNull();
    assertThat(dead.groups(SUM, 9, null).groups()).hasSize(1);
    assertThat(dead.group(GROUP)).contains(first.groups().getFirst());
    assertThat(dead.group(GROUP).orElseThrow().tasks()).isEqualTo(2);
    assertThat(dead.group(NOBODY)).isEmpty();
  }

  @Test
  void theTasksOfAGroupAreReadPageByPage() throws Exception {
    TaskPage first = client.list(TaskQuery.ALL.withFingerprint(GROUP).withLimit(1), null);
    TaskPage second = client.list(TaskQuery.ALL.withFingerprint(GROUP).withLimit(1), first.next());

    assertThat(first.tasks()).extracting(TaskStatus::id).containsExactly(SmallDispatcher.id(2));
    assertThat(second.tasks()).extracting(TaskStatus::id).containsExactly(FIRST);
  }

  @Test
  void aTaskIsRequeuedAsItIsOrWithAnotherPayload() throws Exception {
    TaskStatus asItIs = ((RequeueOutcome.Requeued) client.requeue(FIRST)).task();
    assertThat(asItIs.state()).isEqualTo(TaskState.QUEUED);
    assertThat(asItIs.payload()).isEqualTo(new JsonText("5"));
    assertThat(client.requeue(FIRST))
        .isEqualTo(new RequeueOutcome.NotDead("task " + FIRST + " is QUEUED, not DEAD"));
    assertThat(client.requeue(SmallDispatcher.id(9))).isEqualTo(new RequeueOutcome.Unknown());

    RequeueOutcome edited = client.requeue(SmallDispatcher.id(2), "text");
    assertThat(((RequeueOutcome.Requeued) edited).task().payload())
        .isEqualTo(new JsonText("\"text\""));
    RequeueOutcome nothing = client.requeue(SmallDispatcher.id(3), (Object) null);
    assertThat(((RequeueOutcome.Requeued) nothing).task().payload()).isEqualTo(JsonText.NULL);
  }

  @Test
  void aGroupIsRequeuedOrDeleted() throws Exception {
    assertThat(dead.requeue(GROUP)).contains(new DeadChange(GROUP, 2, true));
    assertThat(dead.requeue(GROUP)).isEmpty();
    Fingerprint sum = dead.groups(SUM, 1, null).groups().getFirst().fingerprint();
    assertThat(dead.delete(sum)).contains(new DeadChange(sum, 1, false));
    assertThat(dead.delete(sum)).isEqualTo(Optional.empty());
    assertThat(client.find(SmallDispatcher.id(3))).isEmpty();
  }

  @Test
  void aTaskIsDeleted() throws Exception {
    TaskId completed = SmallDispatcher.id(4);
    assertThat(dead.delete(FIRST))
        .isEqualTo(new DeletionOutcome.Deleted(new DeadChange(GROUP, 1, true)));
    assertThat(dead.delete(FIRST)).isEqualTo(new DeletionOutcome.Unknown());
    assertThat(dead.delete(completed))
        .isEqualTo(new DeletionOutcome.NotDead("task " + completed + " is COMPLETED, not DEAD"));
  }

  @Test
  void anotherRefusalIsAnException() {
    try (ScriptedDispatcher wrong = new ScriptedDispatcher(routes -> {});
        TasknetClient there = new TasknetClient(wrong.uri())) {
      assertThatThrownBy(() -> there.deadLetters().groups(null, 1, null))
          .isInstanceOf(ProblemException.class);
    }
  }
}
