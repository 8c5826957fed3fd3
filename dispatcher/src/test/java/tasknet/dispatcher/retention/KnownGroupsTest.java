package tasknet.dispatcher.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.store.EndedTasks;
import tasknet.dispatcher.store.StoreRoom;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

class KnownGroupsTest {
  private final Store store = new Store();
  private final KnownGroups groups = new KnownGroups(store);

  @Test
  void aStoreThatDidNotChangeIsAskedOnce() {
    assertThat(groups.now()).isEmpty();
    assertThat(groups.now()).isEmpty();
    assertThat(store.asked).isEqualTo(1);

    store.end("hash");
    assertThat(groups.now()).containsExactlyElementsOf(store.groups);
    assertThat(groups.now()).containsExactlyElementsOf(store.groups);
    assertThat(store.asked).isEqualTo(2);
  }

  @Test
  void whatChangesDuringAQuestionIsFoundByTheNext() {
    store.meanwhile = () -> store.end("late");
    assertThat(groups.now()).isEmpty();

    assertThat(groups.now()).hasSize(1);
  }

  private static final class Store implements EndedTasks {
    private List<Group> groups = List.of();
    private Runnable meanwhile = () -> {};
    private long changes;
    private int asked;

    private void end(String type) {
      groups = List.of(new Group(new TaskType(type), TaskState.COMPLETED, Instant.EPOCH));
      changes++;
    }

    @Override
    public List<Group> groups() {
      asked++;
      List<Group> told = groups;
      Runnable once = meanwhile;
      meanwhile = () -> {};
      once.run();
      return told;
    }

    @Override
    public long changes() {
      return changes;
    }

    @Override
    public CompletableFuture<Integer> remove(Group group, Instant endedBy, Batch most) {
      throw new UnsupportedOperationException();
    }

    @Override
    public StoreRoom room() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Long> shrink(int pages) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void checkpoint() {
      throw new UnsupportedOperationException();
    }
  }
}
