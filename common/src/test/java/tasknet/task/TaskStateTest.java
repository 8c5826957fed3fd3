package tasknet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.task.TaskState.CANCELLED;
import static tasknet.task.TaskState.COMPLETED;
import static tasknet.task.TaskState.DEAD;
import static tasknet.task.TaskState.EXPIRED;
import static tasknet.task.TaskState.QUEUED;
import static tasknet.task.TaskState.RUNNING;
import static tasknet.task.TaskState.SCHEDULED;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskStateTest {
  @ParameterizedTest
  @EnumSource
  void theTransitionsAreThoseOfTheTable(TaskState from) {
    Set<TaskState> allowed =
        switch (from) {
          case SCHEDULED -> EnumSet.of(QUEUED, CANCELLED, EXPIRED);
          case QUEUED -> EnumSet.of(RUNNING, CANCELLED, EXPIRED);
          case RUNNING -> EnumSet.of(COMPLETED, DEAD, CANCELLED, EXPIRED, SCHEDULED, QUEUED);
          case DEAD -> EnumSet.of(QUEUED);
          case COMPLETED, CANCELLED, EXPIRED -> EnumSet.noneOf(TaskState.class);
        };
    for (TaskState to : TaskState.values()) {
      assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(allowed.contains(to));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndedTaskOnlyComesBackByAPerson(TaskState state) {
    assertThat(state.ended()).isEqualTo(!EnumSet.of(SCHEDULED, QUEUED, RUNNING).contains(state));
    if (state.ended() && state != DEAD) {
      assertThat(TaskState.values()).noneMatch(state::canBecome);
    }
  }
}
