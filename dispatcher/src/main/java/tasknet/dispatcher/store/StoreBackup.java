package tasknet.dispatcher.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;

/**
 * Copies a store to a file while a dispatcher uses it, or none does. The copy is the store of one
 * moment, with every task that was acknowledged before the copying began. It is put back as {@code
 * tasks.db} of an empty data folder.
 */
public final class StoreBackup {
  private StoreBackup() {}

  /**
   * What was written.
   *
   * @param tasks in any state
   */
  public record Copied(long tasks, long bytes) {}

  /**
   * Writes the copy; it is on the disk when this returns, and not there at all if it throws.
   *
   * @param folder the dispatcher's data folder
   * @param target a file that is not there yet
   * @throws IOException if there is no store, the target exists, or one of them cannot be used
   */
  public static Copied copy(Path folder, Path target) throws IOException {
    Path store = folder.resolve("tasks.db");
    if (!Files.isRegularFile(store)) {
      throw new NoSuchFileException(store.toString(), null, "there is no store");
    }
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString(), null, "it is there already");
    }
    Path draft = target.toAbsolutePath().resolveSibling(target.getFileName() + ".part");
    Files.deleteIfExists(draft);
    try (Statements sql = new SqliteFile(folder).openReader()) {
      sql.update("VACUUM INTO ?", draft.toString());
      force(draft);
      long tasks = countIn(draft);
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      return new Copied(tasks, Files.size(target));
    } catch (SQLException e) {
      throw new IOException("cannot copy " + store + " to " + target + ": " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** SQLite itself does not, for a file that it has just made. */
  private static void force(Path file) throws IOException {
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
      open.force(true);
    }
  }

  /** Also shows that the copy can be read. */
  private static long countIn(Path copy) throws SQLException {
    try (Statements sql = SqliteFile.of(copy).openReader()) {
      return sql.first(row -> row.number(1), "SELECT count(*) FROM task").orElse(0L);
    }
  }
}
