package tasknet.monitoring.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.fleet.WorkerEntry;
import tasknet.fleet.WorkersFile;

/**
 * The workers that should be there, as {@code workers.json} says. It is read again when it has
 * changed; while it is wrong or away, what it said last stands.
 */
final class DeclaredWorkers {
  private final @Nullable Path file;
  private @Nullable Stamp read;
  private @Nullable List<WorkerEntry> entries;
  private @Nullable String error;

  /**
   * What is declared now.
   *
   * @param file null when there is none to be read
   * @param entries the active and the others; null when no file could be read yet
   * @param error why the file cannot be read now; null when it can
   */
  record Now(@Nullable Path file, @Nullable List<WorkerEntry> entries, @Nullable String error) {
    /** Null when there is no file to be read. */
    @Nullable Source source() {
      return file == null ? null : new Source(file.toString(), error);
    }
  }

  /**
   * The file with the workers that should be there.
   *
   * @param error why it cannot be read; what it said before stands
   */
  record Source(String file, @Nullable String error) {}

  /** By what a change is seen. */
  private record Stamp(FileTime modified, long size) {}

  /**
   * @param file null when nothing is declared
   */
  DeclaredWorkers(@Nullable Path file) {
    this.file = file;
  }

  /** Looks whether the file has changed, and reads it if so. */
  synchronized Now now() {
    if (file != null) {
      refresh(file);
    }
    return new Now(file, entries, error);
  }

  private void refresh(Path file) {
    try {
      // Before the reading: a change in between is then seen the next time.
      Stamp stamp = stamp(file);
      if (!stamp.equals(read)) {
        read = stamp;
        entries = WorkersFile.read(file).workers();
        error = null;
      }
    } catch (NoSuchFileException e) {
      read = null;
      error = file + " does not exist";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      error = message.contains(file.toString()) ? message : file + ": " + message;
    }
  }

  private static Stamp stamp(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Stamp(attributes.lastModifiedTime(), attributes.size());
  }
}
