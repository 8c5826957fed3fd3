package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.testkit.Futures.get;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for terms, kept by a store on real files. */
class SqliteTaskTermsIT extends TaskTermsContract {
  @TempDir Path folder;

  @Override
  TaskStore open() {
    return SqliteStores.open(folder);
  }

  @Test
  void oldKeysGoAsNewOnesCome() throws Exception {
    for (int number = 0; number < 100; number++) {
      addOnce(number);
    }
    sample.advance(Duration.ofDays(2));
    for (int number = 100; number < 150; number++) {
      addOnce(number);
    }

    store.close();
    assertThat(SqliteStores.ask(folder, "SELECT count(*) FROM submission_key")).isEqualTo("50");
  }

  private void addOnce(int number) {
    added(
        get(
            store.addOnce(
                sample.ids.next(),
                Sample.request(Sample.HASH),
                sample.now(),
                key("key-" + number, "body"))));
  }
}
