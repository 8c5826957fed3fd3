package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UntilChangedTest {
  private final Store store = new Store();
  private final UntilChanged<List<String>> groups =
      new UntilChanged<>(store::changes, store::groups);

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

  private static final class Store {
    private List<String> groups = List.of();
    private Runnable meanwhile = () -> {};
    private long changes;
    private int asked;

    private void end(String type) {
      groups = List.of(type);
      changes++;
    }

    private List<String> groups() {
      asked++;
      List<String> told = groups;
      Runnable once = meanwhile;
      meanwhile = () -> {};
      once.run();
      return told;
    }

    private long changes() {
      return changes;
    }
  }
}
