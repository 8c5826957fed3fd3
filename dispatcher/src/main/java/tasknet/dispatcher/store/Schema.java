package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.util.List;

/**
 * The tables, by version: each version is a list of statements that brings a database of the
 * version before it up to date. {@code PRAGMA user_version} says which one a file has.
 */
final class Schema {
  /** Marks a file as Tasknet's: "Task" in ASCII. */
  static final int APPLICATION_ID = 0x5461736B;

  /** The writer's function of type, code and message. */
  static final String FINGERPRINT = "tasknet_fingerprint";

  /**
   * Version 1. A task's large payload has its own row, because SQLite writes a whole row whenever
   * any of its columns changes. An index with a condition holds only the tasks for which it is
   * true, and is used only by queries that have the same condition in the same words.
   */
  private static final List<String> TASKS =
      List.of(
          """
          CREATE TABLE task (
            seq INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            type TEXT NOT NULL,
            state TEXT NOT NULL,
            position INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            ready_at INTEGER,
            ended_at INTEGER,
            timeout_nanos INTEGER NOT NULL,
            max_attempts INTEGER NOT NULL,
            backoff TEXT NOT NULL,
            error_code TEXT,
            error_message TEXT,
            error_retryable INTEGER,
            payload TEXT,
            result TEXT
          ) STRICT
          """,
          "CREATE TABLE large_payload (seq INTEGER PRIMARY KEY, payload TEXT NOT NULL) STRICT",
          "CREATE UNIQUE INDEX task_id ON task (id)",
          "CREATE INDEX task_type ON task (type, id)",
          "CREATE INDEX task_queued ON task (type, position) WHERE state = 'QUEUED'",
          "CREATE INDEX task_running ON task (id) WHERE state = 'RUNNING'",
          "CREATE INDEX task_scheduled ON task (ready_at) WHERE state = 'SCHEDULED'",
          "CREATE INDEX task_ended ON task (state, id) WHERE ended_at IS NOT NULL",
          """
          CREATE TABLE attempt (
            task BLOB NOT NULL,
            number INTEGER NOT NULL,
            worker TEXT NOT NULL,
            host TEXT NOT NULL,
            port INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            error_code TEXT,
            error_message TEXT,
            error_retryable INTEGER,
            PRIMARY KEY (task, number)
          ) STRICT, WITHOUT ROWID
          """,
          """
          CREATE TABLE task_count (
            type TEXT NOT NULL,
            state TEXT NOT NULL,
            tasks INTEGER NOT NULL,
            PRIMARY KEY (type, state)
          ) STRICT, WITHOUT ROWID
          """,
          "CREATE TABLE position (last INTEGER NOT NULL) STRICT",
          "INSERT INTO position (last) VALUES (0)");

  /** Version 2: deadlines; the index holds the tasks that may expire while they wait. */
  private static final List<String> DEADLINES =
      List.of(
          "ALTER TABLE task ADD COLUMN deadline INTEGER",
          "CREATE INDEX task_deadline ON task (deadline)"
              + " WHERE deadline IS NOT NULL AND state IN ('QUEUED', 'SCHEDULED')");

  /** Version 3: priorities, each a queue of its own. */
  private static final List<String> PRIORITIES =
      List.of(
          "ALTER TABLE task ADD COLUMN priority INTEGER NOT NULL DEFAULT 4",
          "DROP INDEX task_queued",
          "CREATE INDEX task_queued ON task (type, priority, position) WHERE state = 'QUEUED'");

  /** Version 4: labels; see {@link TaskLabels}. */
  private static final List<String> LABELS =
      List.of(
          "ALTER TABLE task ADD COLUMN labels TEXT",
          """
          CREATE TABLE label (
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            task BLOB NOT NULL,
            PRIMARY KEY (key, value, task)
          ) STRICT, WITHOUT ROWID
          """);

  /** Version 5: by which repeated submissions are known. */
  private static final List<String> SUBMISSION_KEYS =
      List.of(
          """
          CREATE TABLE submission_key (
            key TEXT PRIMARY KEY,
            body TEXT NOT NULL,
            task BLOB NOT NULL,
            kept_until INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID
          """,
          "CREATE INDEX submission_key_end ON submission_key (kept_until)");

  /** Version 6: which of the ended tasks of a type and state is the oldest. */
  private static final List<String> RETENTION =
      List.of("CREATE INDEX task_kept ON task (state, type, ended_at) WHERE ended_at IS NOT NULL");

  /**
   * Version 7: DEAD tasks by fingerprint, and which attempts ended with their worker. Triggers keep
   * the numbers of the groups, so that whoever ends, brings back or deletes tasks need not know.
   */
  private static final List<String> DEAD_LETTERS =
      List.of(
          "ALTER TABLE task ADD COLUMN fingerprint TEXT",
          "ALTER TABLE attempt ADD COLUMN worker_died INTEGER NOT NULL DEFAULT 0",
          "CREATE INDEX task_dead ON task (fingerprint, id) WHERE fingerprint IS NOT NULL",
          """
          CREATE TABLE dead_group (
            fingerprint TEXT PRIMARY KEY,
            type TEXT NOT NULL,
            tasks INTEGER NOT NULL,
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID
          """,
          "CREATE INDEX dead_group_last ON dead_group (last_at, fingerprint)",
          "CREATE INDEX dead_group_type ON dead_group (type, last_at, fingerprint)",
          """
          CREATE TRIGGER task_died AFTER UPDATE OF fingerprint ON task
          WHEN old.fingerprint IS NULL AND new.fingerprint IS NOT NULL
          BEGIN
            INSERT INTO dead_group (fingerprint, type, tasks, first_at, last_at)
            VALUES (new.fingerprint, new.type, 1, new.ended_at, new.ended_at)
            ON CONFLICT (fingerprint) DO UPDATE
            SET tasks = tasks + 1, last_at = max(last_at, excluded.last_at);
          END
          """,
          """
          CREATE TRIGGER task_brought_back AFTER UPDATE OF fingerprint ON task
          WHEN old.fingerprint IS NOT NULL AND new.fingerprint IS NULL
          BEGIN
            UPDATE dead_group SET tasks = tasks - 1 WHERE fingerprint = old.fingerprint;
            DELETE FROM dead_group WHERE fingerprint = old.fingerprint AND tasks = 0;
          END
          """,
          """
          CREATE TRIGGER dead_task_deleted AFTER DELETE ON task
          WHEN old.fingerprint IS NOT NULL
          BEGIN
            UPDATE dead_group SET tasks = tasks - 1 WHERE fingerprint = old.fingerprint;
            DELETE FROM dead_group WHERE fingerprint = old.fingerprint AND tasks = 0;
          END
          """,
          // of tasks that were DEAD before
          "UPDATE task SET fingerprint = "
              + FINGERPRINT
              + "(type, error_code, error_message)"
              + " WHERE state = 'DEAD' AND ended_at IS NOT NULL AND error_code IS NOT NULL");

  /** Version 8: schedules, and which task one of them has made. */
  private static final List<String> SCHEDULES =
      List.of(
          """
          CREATE TABLE schedule (
            name TEXT PRIMARY KEY,
            version INTEGER NOT NULL,
            cron TEXT NOT NULL,
            zone TEXT NOT NULL,
            catch_up TEXT NOT NULL,
            task TEXT NOT NULL,
            paused INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            next_at INTEGER,
            last_tick_at INTEGER,
            last_task BLOB
          ) STRICT
          """,
          "CREATE INDEX schedule_next ON schedule (next_at) WHERE next_at IS NOT NULL",
          "ALTER TABLE task ADD COLUMN schedule TEXT",
          "ALTER TABLE task ADD COLUMN tick_at INTEGER",
          "CREATE INDEX task_schedule ON task (schedule, id) WHERE schedule IS NOT NULL");

  /** Version 9: callbacks; a row of its own for each that is due, or was. */
  private static final List<String> CALLBACKS =
      List.of(
          "ALTER TABLE task ADD COLUMN callback TEXT",
          """
          CREATE TABLE callback (
            task BLOB PRIMARY KEY,
            receiver TEXT NOT NULL,
            outcome INTEGER NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            due_since INTEGER NOT NULL,
            next_at INTEGER,
            last_status INTEGER,
            last_error TEXT
          ) STRICT, WITHOUT ROWID
          """,
          "CREATE INDEX callback_next ON callback (receiver, next_at) WHERE next_at IS NOT NULL",
          "CREATE INDEX callback_time ON callback (next_at) WHERE next_at IS NOT NULL",
          """
          CREATE TRIGGER callback_gone AFTER DELETE ON task WHEN old.callback IS NOT NULL
          BEGIN DELETE FROM callback WHERE task = old.id; END
          """);

  /** Version 10: what people have changed of types at run time; null is as the file says. */
  private static final List<String> TYPE_OVERRIDES =
      List.of(
          """
          CREATE TABLE type_override (
            type TEXT PRIMARY KEY,
            paused INTEGER NOT NULL,
            running INTEGER,
            starts_per_second REAL,
            waiting INTEGER
          ) STRICT, WITHOUT ROWID
          """);

  /** Version 11: how far a running attempt is, as its handler says. */
  private static final List<String> PROGRESS =
      List.of(
          "ALTER TABLE attempt ADD COLUMN progress_percent INTEGER",
          "ALTER TABLE attempt ADD COLUMN progress_note TEXT",
          "ALTER TABLE attempt ADD COLUMN progress_at INTEGER");

  /** Version 12: since when a task is QUEUED, where that is not since it was created. */
  private static final List<String> QUEUED_AT =
      List.of("ALTER TABLE task ADD COLUMN queued_at INTEGER");

  /** Version 13: where in a distributed trace a task belongs; see {@link Columns#trace}. */
  private static final List<String> TRACES = List.of("ALTER TABLE task ADD COLUMN trace TEXT");

  /**
   * Version 14: a task that was completed, by its first attempt, when it came to the store has that
   * attempt in its own row: when it began, and by whom it was completed. Whoever reads all attempts
   * of a task asks the view.
   */
  private static final List<String> ATTEMPTS_IN_TASKS =
      List.of(
          "ALTER TABLE task ADD COLUMN begun_at INTEGER",
          "ALTER TABLE task ADD COLUMN completed_by TEXT",
          """
          CREATE VIEW every_attempt AS
          SELECT task, number, worker, started_at, ended_at, error_code, error_message,
            error_retryable, progress_percent, progress_note, progress_at
          FROM attempt
          UNION ALL
          SELECT id, 1, completed_by, begun_at, ended_at, NULL, NULL, NULL, NULL, NULL, NULL
          FROM task WHERE completed_by IS NOT NULL
          """);

  /** What this program knows. */
  static final Schema CURRENT =
      new Schema(
          List.of(
              TASKS,
              DEADLINES,
              PRIORITIES,
              LABELS,
              SUBMISSION_KEYS,
              RETENTION,
              DEAD_LETTERS,
              SCHEDULES,
              CALLBACKS,
              TYPE_OVERRIDES,
              PROGRESS,
              QUEUED_AT,
              TRACES,
              ATTEMPTS_IN_TASKS));

  private final List<List<String>> versions;

  Schema(List<List<String>> versions) {
    this.versions = List.copyOf(versions);
  }

  /** This schema with one more version. */
  Schema followedBy(List<String> next) {
    return new Schema(
        java.util.stream.Stream.concat(versions.stream(), java.util.stream.Stream.of(next))
            .toList());
  }

  /** As it was at an earlier version. */
  Schema upTo(int version) {
    return new Schema(versions.subList(0, version));
  }

  int version() {
    return versions.size();
  }

  /**
   * Looks at a file before anything in it is changed.
   *
   * @throws StoreException if it is not Tasknet's, or of a later version than is known here
   */
  void refuseUnknown(Statements sql) throws SQLException {
    boolean empty = sql.first(row -> row.text(1), "SELECT name FROM sqlite_schema").isEmpty();
    if (!empty && pragma(sql, "application_id") != APPLICATION_ID) {
      throw new StoreException("it is the database of another program; use another folder");
    }
    int version = pragma(sql, "user_version");
    if (version > versions.size()) {
      throw new StoreException(
          "it has version "
              + version
              + ", and this program knows only versions up to "
              + versions.size()
              + "; start the newer program, or restore a backup from before its first start");
    }
  }

  /** Creates the tables, or brings them up to date, one version at a time. */
  void bringUpToDate(Statements sql) throws SQLException {
    int version = pragma(sql, "user_version");
    for (int next = version; next < versions.size(); next++) {
      migrate(sql, versions.get(next), next + 1);
    }
  }

  private static void migrate(Statements sql, List<String> statements, int version)
      throws SQLException {
    sql.execute("BEGIN IMMEDIATE");
    for (String statement : statements) {
      sql.execute(statement);
    }
    sql.execute("PRAGMA application_id = " + APPLICATION_ID);
    sql.execute("PRAGMA user_version = " + version);
    sql.execute("COMMIT");
  }

  private static int pragma(Statements sql, String name) throws SQLException {
    return sql.first(row -> row.integer(1), "PRAGMA " + name).orElse(0);
  }
}
