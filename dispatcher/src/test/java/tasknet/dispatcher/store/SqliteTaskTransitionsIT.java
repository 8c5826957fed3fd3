package tasknet.dispatcher.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The transitions of the table, made by a store on real files. */
class SqliteTaskTransitionsIT extends TaskTransitionsContract {
  @TempDir Path folder;

  @Override
  TaskStore open() {
    return SqliteStores.open(folder);
  }
}
