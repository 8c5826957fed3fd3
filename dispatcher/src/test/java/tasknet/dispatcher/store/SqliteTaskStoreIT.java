package tasknet.dispatcher.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, kept by a store on real files. */
class SqliteTaskStoreIT extends TaskStoreContract {
  @TempDir Path folder;

  @Override
  TaskStore open() {
    return SqliteStores.open(folder);
  }
}
