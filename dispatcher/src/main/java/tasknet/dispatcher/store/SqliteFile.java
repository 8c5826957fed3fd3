package tasknet.dispatcher.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.sqlite.Function;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;
import tasknet.task.Fingerprint;
import tasknet.task.TaskError;
import tasknet.task.TaskType;

/**
 * The database file {@code tasks.db}: how it is opened, and what is checked before it is used. A
 * commit is on the disk when it returns ({@code synchronous=FULL}). The file is not mapped into
 * memory, because then a read error of the disk would end the process instead of the statement.
 */
final class SqliteFile {
  static final int PAGE_BYTES = 4096;

  /** Up to this size the whole file is read and checked at the start, in well under a second. */
  private static final long CHECKED_BYTES = 64 << 20;

  /** The log is brought into the file when it has so many pages, earlier on a small disk. */
  private static final int MOST_CHECKPOINT_PAGES = 4096;

  private static final int LEAST_CHECKPOINT_PAGES = 64;

  /** The part of the free disk that the log may take; the file itself grows by as much. */
  private static final int LOG_PART = 16;

  private static final long KEPT_WAL_BYTES = 64 << 20;
  private static final int WRITER_CACHE_KIB = 64 << 10;
  private static final int READER_CACHE_KIB = 8 << 10;
  private static final int BUSY_MILLIS = 10_000;

  private final Path file;
  private final Path wal;

  SqliteFile(Path folder) {
    this(folder.resolve("tasks.db").toAbsolutePath(), folder.resolve("tasks.db-wal"));
  }

  private SqliteFile(Path file, Path wal) {
    this.file = file;
    this.wal = wal.toAbsolutePath();
  }

  /** A file of any name, for instance a copy. */
  static SqliteFile of(Path file) {
    return new SqliteFile(file.toAbsolutePath(), file.resolveSibling(file.getFileName() + "-wal"));
  }

  /**
   * Opens the file for writing; creates it when there is none.
   *
   * @throws StoreException if it cannot be used; the message names it and says what to do
   */
  Statements openWriter(Schema schema) {
    try {
      refuseLogWithoutFile();
      Connection connection = connect(new SQLiteConfig());
      Statements sql = new Statements(connection);
      try {
        Function.create(connection, Schema.FINGERPRINT, new FingerprintFunction());
        schema.refuseUnknown(sql);
        configure(sql);
        schema.bringUpToDate(sql);
        check(sql);
        return sql;
      } catch (SQLException | IOException | RuntimeException e) {
        sql.close();
        throw e;
      }
    } catch (StoreException e) {
      throw new StoreException(file + " cannot be used: " + e.getMessage(), e);
    } catch (SQLException | IOException e) {
      String reason = String.valueOf(e.getMessage());
      throw new StoreException(
          file + " cannot be used: " + (isDamage(e) ? damaged(reason) : reason), e);
    }
  }

  /** Opens the file for reading. */
  Statements openReader() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    Statements sql = new Statements(connect(config));
    sql.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
    sql.execute("PRAGMA cache_size = -" + READER_CACHE_KIB);
    sql.execute("PRAGMA temp_store = MEMORY");
    return sql;
  }

  /** Beside the writer, which goes on meanwhile. */
  void checkpoint() throws SQLException {
    try (Statements sql = new Statements(connect(new SQLiteConfig()))) {
      sql.execute("PRAGMA wal_checkpoint(PASSIVE)");
    }
  }

  /** Pages of the file, as of the last commit. */
  record Pages(long all, long free) {
    static Pages counted(Statements sql) throws SQLException {
      return new Pages(allPages(sql), freePages(sql));
    }
  }

  /**
   * How full it is.
   *
   * @param most how large it may become, if the disk has room
   */
  StoreRoom room(Pages pages, long most) {
    long room = bytes() + file.toFile().getUsableSpace();
    return new StoreRoom(
        (pages.all() - pages.free()) * PAGE_BYTES,
        pages.free() * PAGE_BYTES,
        bytes(),
        Math.min(most, room));
  }

  private static long allPages(Statements sql) throws SQLException {
    return sql.first(row -> row.number(1), "PRAGMA page_count").orElse(0L);
  }

  static long freePages(Statements sql) throws SQLException {
    return sql.first(row -> row.number(1), "PRAGMA freelist_count").orElse(0L);
  }

  /** Brings everything from the log into the file, and closes it. */
  void closeWriter(Statements sql) throws SQLException {
    try (sql) {
      sql.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }

  /** Brings everything from the log into the file, which has none beside it from then on. */
  void endLog(Statements sql) throws SQLException {
    String mode = sql.first(row -> row.text(1), "PRAGMA journal_mode = DELETE").orElse("none");
    if (!mode.equals("delete")) {
      throw new StoreException("the log of " + file + " was not ended: its mode is " + mode);
    }
  }

  /** Deletes it and what is beside it, as far as any of it is there. */
  void delete() throws IOException {
    for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
    }
  }

  long bytes() {
    return file.toFile().length();
  }

  long walBytes() {
    return wal.toFile().length();
  }

  @Override
  public String toString() {
    return file.toString();
  }

  private Connection connect(SQLiteConfig config) throws SQLException {
    // Else the driver asks for the last row's number after every insert.
    config.setGetGeneratedKeys(false);
    // As a URI, because a '?' in a plain path would be taken for the start of settings.
    return config.createConnection("jdbc:sqlite:" + file.toUri());
  }

  private void configure(Statements sql) throws SQLException, IOException {
    sql.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
    sql.execute("PRAGMA page_size = " + PAGE_BYTES);
    sql.execute("PRAGMA auto_vacuum = INCREMENTAL");
    String mode = sql.first(row -> row.text(1), "PRAGMA journal_mode = WAL").orElse("none");
    if (!mode.equals("wal")) {
      throw new StoreException(
          "its file system allows no write-ahead log (journal mode is "
              + mode
              + "); put the folder on a local disk");
    }
    sql.execute("PRAGMA synchronous = FULL");
    sql.execute("PRAGMA wal_autocheckpoint = " + checkpointPages());
    sql.execute("PRAGMA journal_size_limit = " + KEPT_WAL_BYTES);
    sql.execute("PRAGMA cache_size = -" + WRITER_CACHE_KIB);
    sql.execute("PRAGMA temp_store = MEMORY");
    sql.execute("PRAGMA cell_size_check = ON");
    sql.execute("PRAGMA trusted_schema = OFF");
  }

  /** A disk that the log has filled would stay so: what is in it could not be brought away. */
  private long checkpointPages() throws IOException {
    long free = Files.getFileStore(file).getUsableSpace();
    return Math.clamp(free / LOG_PART / PAGE_BYTES, LEAST_CHECKPOINT_PAGES, MOST_CHECKPOINT_PAGES);
  }

  private void check(Statements sql) throws SQLException, IOException {
    sql.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    long pages = allPages(sql);
    long size = Files.size(file);
    if (size < pages * PAGE_BYTES) {
      throw new StoreException(
          damaged("it has %d of %d bytes".formatted(size, pages * PAGE_BYTES)));
    }
    if (size <= CHECKED_BYTES) {
      String found = sql.first(row -> row.text(1), "PRAGMA quick_check(1)").orElse("nothing");
      if (!found.equals("ok")) {
        throw new StoreException(damaged(found));
      }
    }
  }

  /** SQLite would delete the log of a database that is not there, with the tasks in it. */
  private void refuseLogWithoutFile() {
    if (bytes() == 0 && walBytes() > 0) {
      throw new StoreException(
          "it is missing or empty, but its log "
              + wal
              + " is not; bring the file back, or move the log away to start with an empty store");
    }
  }

  private static final class FingerprintFunction extends Function {
    @Override
    protected void xFunc() throws SQLException {
      TaskError error = new TaskError(value_text(1), value_text(2), false);
      result(Fingerprint.of(new TaskType(value_text(0)), error).text());
    }
  }

  private static boolean isDamage(Exception failure) {
    return failure instanceof SQLiteException e
        && switch (e.getResultCode()) {
          case SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_CORRUPT_VTAB, SQLITE_IOERR_SHORT_READ -> true;
          default -> e.getResultCode().name().startsWith("SQLITE_CORRUPT");
        };
  }

  private static String damaged(String reason) {
    return "it is damaged ("
        + reason
        + "); restore a backup, or move it away, and all files beside it whose names begin with"
        + " tasks.db, to start with an empty store";
  }
}
