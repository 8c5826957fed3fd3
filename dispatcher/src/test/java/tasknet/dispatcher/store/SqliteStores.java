package tasknet.dispatcher.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Started stores for tests, and a look at their files from outside. */
final class SqliteStores {
  static final Logger LOG = LoggerFactory.getLogger("tasknet.test");

  private SqliteStores() {}

  static SqliteTaskStore open(Path folder) {
    return open(folder, SqliteTaskStore.Options.DEFAULT_MAX_BYTES);
  }

  static SqliteTaskStore open(Path folder, long maxBytes) {
    SqliteTaskStore store = new SqliteTaskStore(new SqliteTaskStore.Options(folder, maxBytes), LOG);
    store.start();
    return store;
  }

  /** The first value of a query, or nothing, asked past the store. */
  static String ask(Path folder, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("tasks.db"));
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (ResultSet result = statement.getResultSet()) {
        return result.next() ? result.getString(1) : "";
      }
    }
  }
}
