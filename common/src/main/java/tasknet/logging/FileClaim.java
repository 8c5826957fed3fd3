package tasknet.logging;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive right to write the log file of a name. Several replicas of a service may share a
 * folder: the first claims {@code worker-hash}, the next {@code worker-hash-2}. The system frees
 * the name when the process ends, however it ends, so that names are used again.
 */
final class FileClaim implements AutoCloseable {
  private static final int MOST = 1000;

  // Within a process a second open file would, when it is closed, free the lock of the first.
  private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Path file;
  private final FileChannel channel;

  private FileClaim(String name, Path file, FileChannel channel) {
    this.name = name;
    this.file = file;
    this.channel = channel;
  }

  /**
   * Claims the first name that is free.
   *
   * @throws IOException if the folder cannot be written, or all names are taken
   */
  static FileClaim of(String service, Path folder) throws IOException {
    Path absolute = folder.toRealPath();
    for (int number = 1; number <= MOST; number++) {
      FileClaim claim = attempt(number == 1 ? service : service + '-' + number, absolute);
      if (claim != null) {
        return claim;
      }
    }
    throw new IOException(MOST + " processes write logs of " + service + " in " + folder);
  }

  /** What was claimed: the file's name without its ending. */
  String name() {
    return name;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock is gone with the descriptor; there is nothing that could be done.
    } finally {
      CLAIMED.remove(file);
    }
  }

  private static @Nullable FileClaim attempt(String name, Path folder) throws IOException {
    Path file = folder.resolve('.' + name + ".lock");
    if (!CLAIMED.add(file)) {
      return null;
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isFree(channel)) {
        FileClaim claim = new FileClaim(name, file, channel);
        channel = null;
        return claim;
      }
      CLAIMED.remove(file);
      return null;
    } catch (IOException e) {
      CLAIMED.remove(file);
      throw e;
    } finally {
      if (channel != null) {
        channel.close();
      }
    }
  }

  /** A file system without locks must not keep the service from starting. */
  private static boolean isFree(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (IOException e) {
      return true;
    }
  }
}
