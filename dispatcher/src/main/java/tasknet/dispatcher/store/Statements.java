package tasknet.dispatcher.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection with its prepared statements, each prepared when it is first used; for one thread at
 * a time.
 */
final class Statements implements AutoCloseable {
  /** Makes a value of a row. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(Row row) throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Statements(Connection connection) {
    this.connection = connection;
  }

  /** Runs a statement once, without keeping it. */
  void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Changes rows; answers how many. */
  int update(String sql, @Nullable Object... values) throws SQLException {
    try {
      return bind(sql, values).executeUpdate();
    } catch (SQLException e) {
      throw forgotten(sql, e);
    }
  }

  /** The first row, if there is one. */
  <T> Optional<T> first(RowReader<T> reader, String sql, @Nullable Object... values)
      throws SQLException {
    return list(reader, row -> true, sql, values).stream().findFirst();
  }

  /** All rows. */
  <T> List<T> list(RowReader<T> reader, String sql, @Nullable Object... values)
      throws SQLException {
    return list(reader, row -> false, sql, values);
  }

  /** All rows up to the first that is the last one wanted. */
  <T> List<T> list(RowReader<T> reader, Predicate<T> last, String sql, @Nullable Object... values)
      throws SQLException {
    List<T> rows = new ArrayList<>();
    try (ResultSet result = bind(sql, values).executeQuery()) {
      Row row = new Row(result);
      boolean more = true;
      while (more && result.next()) {
        T value = reader.read(row);
        rows.add(value);
        more = !last.test(value);
      }
    } catch (SQLException e) {
      throw forgotten(sql, e);
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private PreparedStatement bind(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int index = 0; index < values.length; index++) {
      statement.setObject(index + 1, values[index]);
    }
    return statement;
  }

  /** The driver ends a statement that fails in some ways, so none is used again that failed. */
  private SQLException forgotten(String sql, SQLException failure) {
    PreparedStatement statement = prepared.remove(sql);
    if (statement != null) {
      try {
        statement.close();
      } catch (SQLException e) {
        failure.addSuppressed(e);
      }
    }
    return failure;
  }
}
