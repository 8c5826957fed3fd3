package tasknet.monitoring.logs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An open file, which stays the same when it gets another name.
 *
 * @param file what it was when it was opened
 */
record HeldFile(LogFile file, FileChannel channel) {
  /**
   * Opens what has a name.
   *
   * @return null when another file got the name in this moment, or when it names no log file
   * @throws java.nio.file.NoSuchFileException if nothing has the name
   * @throws IOException if it cannot be read
   */
  static @Nullable HeldFile open(Path path) throws IOException {
    LogFile before = LogFile.of(path);
    if (before == null) {
      return null;
    }
    FileChannel channel = before.open();
    boolean same = false;
    try {
      LogFile after = LogFile.of(path);
      same = after != null && before.isSame(after);
    } finally {
      if (!same) {
        channel.close();
      }
    }
    return same ? new HeldFile(before, channel) : null;
  }
}
