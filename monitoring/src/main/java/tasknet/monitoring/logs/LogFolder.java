package tasknet.monitoring.logs;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The folder into which all services log. */
final class LogFolder {
  private final Path folder;

  LogFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * The files of each service, as they are now, the newest of each first.
   *
   * @throws IOException if the folder cannot be read; the message names it and says why
   */
  SortedMap<String, List<LogFile>> list() throws IOException {
    SortedMap<String, List<LogFile>> found = new TreeMap<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
      for (Path path : paths) {
        add(path, found);
      }
    } catch (NoSuchFileException e) {
      throw new IOException("the log folder " + folder + " does not exist", e);
    } catch (NotDirectoryException e) {
      throw new IOException("the log folder " + folder + " is no folder", e);
    } catch (AccessDeniedException e) {
      throw new IOException("the log folder " + folder + " may not be read", e);
    } catch (DirectoryIteratorException | IOException e) {
      throw new IOException("the log folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
    found.values().forEach(LogFolder::order);
    return found;
  }

  /** The newest first. One that was rolled while the folder was read may stand there twice. */
  private static void order(List<LogFile> files) {
    files.sort(LogFile.NEWEST_FIRST);
    LogFile newest = files.getFirst();
    if (files.stream().skip(1).anyMatch(newest::isSame)) {
      files.removeFirst();
    }
  }

  private static void add(Path path, SortedMap<String, List<LogFile>> found) throws IOException {
    try {
      LogFile file = LogFile.of(path);
      if (file != null) {
        found.computeIfAbsent(file.service(), _ -> new ArrayList<>()).add(file);
      }
    } catch (NoSuchFileException e) {
      // It was rolled or deleted since it was listed.
    }
  }
}
