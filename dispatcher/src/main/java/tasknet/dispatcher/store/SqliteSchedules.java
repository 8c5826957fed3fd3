package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.Schedule;
import tasknet.dispatcher.task.Ticks;
import tasknet.task.CatchUp;
import tasknet.task.JsonText;
import tasknet.task.ScheduleStatus;

/** Keeps schedules in the file of the tasks. */
final class SqliteSchedules implements Schedules {
  private static final String SELECT =
      "SELECT name, version, cron, zone, catch_up, task, paused, created_at, next_at,"
          + " last_tick_at, last_task FROM schedule";

  private final SqliteStore file;

  SqliteSchedules(SqliteStore file) {
    this.file = file;
  }

  @Override
  public CompletableFuture<Optional<Schedule>> add(Schedule schedule) {
    return file.write(
        Room.NEEDED,
        schedule.task().text().length(),
        writer -> {
          Optional<Schedule> before = find(writer.sql(), schedule.name());
          if (before.isEmpty()) {
            write(writer, schedule);
          }
          return before;
        });
  }

  @Override
  public CompletableFuture<Boolean> put(Schedule schedule) {
    return file.write(
        Room.NEEDED,
        schedule.task().text().length(),
        writer -> {
          Optional<Schedule> before = find(writer.sql(), schedule.name());
          write(
              writer,
              new Schedule(
                  schedule.name(),
                  schedule.version(),
                  schedule.cron(),
                  schedule.zone(),
                  schedule.catchUp(),
                  schedule.task(),
                  schedule.paused(),
                  before.map(Schedule::createdAt).orElse(schedule.createdAt()),
                  schedule.nextAt(),
                  before.map(Schedule::lastRun).orElse(null)));
          return before.isEmpty();
        });
  }

  @Override
  public CompletableFuture<Optional<Schedule>> change(String name, UnaryOperator<Schedule> change) {
    return file.write(
        Room.RESERVED,
        0,
        writer -> {
          Optional<Schedule> changed = find(writer.sql(), name).map(change);
          if (changed.isPresent()) {
            write(writer, changed.get());
          }
          return changed;
        });
  }

  @Override
  public CompletableFuture<Optional<Schedule>> delete(String name) {
    return file.write(
        Room.RESERVED,
        0,
        writer -> {
          Optional<Schedule> before = find(writer.sql(), name);
          writer.sql().update("DELETE FROM schedule WHERE name = ?", name);
          return before;
        });
  }

  @Override
  public CompletableFuture<Optional<List<QueuedTask>>> tick(Ticks ticks, Instant at) {
    long bytes = 0;
    for (Ticks.Made task : ticks.tasks()) {
      bytes += task.request().payload().text().length();
    }
    Room room = ticks.tasks().isEmpty() ? Room.RESERVED : Room.NEEDED;
    return file.write(room, bytes, writer -> tick(writer, ticks, at));
  }

  private static Optional<List<QueuedTask>> tick(SqliteStore.Writer writer, Ticks ticks, Instant at)
      throws SQLException {
    int changed =
        writer
            .sql()
            .update(
                "UPDATE schedule SET next_at = ? WHERE name = ? AND version = ? AND next_at = ?",
                Columns.microsOrNull(ticks.nextAt()),
                ticks.schedule().name(),
                ticks.schedule().version(),
                Columns.microsOrNull(ticks.schedule().nextAt()));
    if (changed == 0) {
      return Optional.empty();
    }
    if (!ticks.tasks().isEmpty()) {
      Ticks.Made last = ticks.tasks().getLast();
      var tick = last.request().terms().schedule();
      writer
          .sql()
          .update(
              "UPDATE schedule SET last_tick_at = ?, last_task = ? WHERE name = ?",
              Columns.microsOrNull(tick == null ? at : tick.tick()),
              Columns.id(last.id()),
              ticks.schedule().name());
    }
    List<QueuedTask> added = new ArrayList<>(ticks.tasks().size());
    for (Ticks.Made task : ticks.tasks()) {
      added.add(writer.tasks().add(task.id(), task.request(), at));
    }
    return Optional.of(added);
  }

  @Override
  public Optional<Schedule> find(String name) {
    return file.read(sql -> find(sql, name));
  }

  @Override
  public List<Schedule> list(@Nullable String after, int limit) {
    return file.read(
        sql ->
            sql.list(
                SqliteSchedules::read,
                SELECT + " WHERE name > ? ORDER BY name LIMIT ?",
                after == null ? "" : after,
                limit));
  }

  @Override
  public List<Schedule> due(Instant now, int limit) {
    return file.read(
        sql ->
            sql.list(
                SqliteSchedules::read,
                SELECT
                    + " INDEXED BY schedule_next WHERE next_at IS NOT NULL AND next_at <= ?"
                    + " ORDER BY next_at LIMIT ?",
                Columns.micros(now),
                limit));
  }

  @Override
  public Optional<Instant> nextTick() {
    return file.read(
        sql ->
            sql.first(
                row -> row.instant(1),
                "SELECT next_at FROM schedule INDEXED BY schedule_next"
                    + " WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1"));
  }

  private static Optional<Schedule> find(Statements sql, String name) throws SQLException {
    return sql.first(SqliteSchedules::read, SELECT + " WHERE name = ?", name);
  }

  /** With a version of its own, so that what was read before it changes nothing any more. */
  private static void write(SqliteStore.Writer writer, Schedule schedule) throws SQLException {
    ScheduleStatus.Run last = schedule.lastRun();
    writer
        .sql()
        .update(
            """
            INSERT OR REPLACE INTO schedule (name, version, cron, zone, catch_up, task, paused,
              created_at, next_at, last_tick_at, last_task)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            schedule.name(),
            writer.positions().next(),
            schedule.cron(),
            schedule.zone(),
            schedule.catchUp().name(),
            schedule.task().text(),
            schedule.paused(),
            Columns.micros(schedule.createdAt()),
            Columns.microsOrNull(schedule.nextAt()),
            last == null ? null : Columns.micros(last.tick()),
            last == null ? null : Columns.id(last.task()));
  }

  private static Schedule read(Row row) throws SQLException {
    Instant lastTick = row.instantOrNull(10);
    return new Schedule(
        row.text(1),
        row.number(2),
        row.text(3),
        row.text(4),
        CatchUp.valueOf(row.text(5)),
        new JsonText(row.text(6)),
        row.integer(7) != 0,
        row.instant(8),
        row.instantOrNull(9),
        lastTick == null ? null : new ScheduleStatus.Run(lastTick, row.id(11)));
  }
}
