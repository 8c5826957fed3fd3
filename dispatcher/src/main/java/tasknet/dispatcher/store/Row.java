package tasknet.dispatcher.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskId;

/** The current row of a query, by number of column from 1, in the types that the records have. */
final class Row {
  private final ResultSet result;

  Row(ResultSet result) {
    this.result = result;
  }

  int integer(int column) throws SQLException {
    return result.getInt(column);
  }

  @Nullable Integer integerOrNull(int column) throws SQLException {
    int value = result.getInt(column);
    return result.wasNull() ? null : value;
  }

  @Nullable Double realOrNull(int column) throws SQLException {
    double value = result.getDouble(column);
    return result.wasNull() ? null : value;
  }

  long number(int column) throws SQLException {
    return result.getLong(column);
  }

  String text(int column) throws SQLException {
    String text = result.getString(column);
    if (text == null) {
      throw new SQLException("column " + column + " has no value");
    }
    return text;
  }

  @Nullable String textOrNull(int column) throws SQLException {
    return result.getString(column);
  }

  TaskId id(int column) throws SQLException {
    return Columns.id(result.getBytes(column));
  }

  Instant instant(int column) throws SQLException {
    return Columns.instant(result.getLong(column));
  }

  @Nullable Instant instantOrNull(int column) throws SQLException {
    long micros = result.getLong(column);
    return result.wasNull() ? null : Columns.instant(micros);
  }
}
