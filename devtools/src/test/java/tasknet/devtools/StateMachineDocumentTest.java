package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tasknet.task.TaskState;

/** The table of {@code docs/state-machine.md} is the one in the code. */
class StateMachineDocumentTest {
  private static final Pattern NAME = Pattern.compile("`([A-Z]+)`");

  @Test
  void thePageHasTheTransitionsOfTheCode() throws IOException {
    Map<TaskState, Set<TaskState>> drawn = new EnumMap<>(TaskState.class);
    for (List<String> row :
        Documents.rows(Documents.read("docs/state-machine.md")).values().iterator().next()) {
      for (TaskState from : states(row.get(0))) {
        assertThat(drawn.put(from, states(row.get(1)))).as("a second row for %s", from).isNull();
      }
    }

    Map<TaskState, Set<TaskState>> coded = new EnumMap<>(TaskState.class);
    for (TaskState from : TaskState.values()) {
      Set<TaskState> next = EnumSet.allOf(TaskState.class);
      next.removeIf(to -> !from.canBecome(to));
      coded.put(from, next);
    }
    assertThat(drawn).isEqualTo(coded);
  }

  private static Set<TaskState> states(String cell) {
    Set<TaskState> states = EnumSet.noneOf(TaskState.class);
    NAME.matcher(cell)
        .results()
        .map((MatchResult match) -> TaskState.valueOf(match.group(1)))
        .forEach(states::add);
    return states;
  }
}
