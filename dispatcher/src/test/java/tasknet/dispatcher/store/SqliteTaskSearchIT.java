package tasknet.dispatcher.store;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import tasknet.runtime.NanoClock;

class SqliteTaskSearchIT extends TaskSearchContract {
  @TempDir Path folder;

  @Override
  TaskStore open(int looked) {
    SqliteTaskStore opened =
        new SqliteTaskStore(
            new SqliteTaskStore.Options(folder, SqliteTaskStore.Options.DEFAULT_MAX_BYTES),
            EventSink.NONE,
            new TaskSearch.Budget(looked, Duration.ofHours(1)),
            NanoClock.SYSTEM,
            SqliteStores.LOG);
    opened.start();
    return opened;
  }
}
