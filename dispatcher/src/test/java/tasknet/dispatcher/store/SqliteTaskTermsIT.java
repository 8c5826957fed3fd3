package tasknet.dispatcher.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** What holds for terms, kept by a store on real files. */
class SqliteTaskTermsIT extends TaskTermsContract {
  @TempDir Path folder;

  @Override
  TaskStore open() {
    return SqliteStores.open(folder);
  }
}
