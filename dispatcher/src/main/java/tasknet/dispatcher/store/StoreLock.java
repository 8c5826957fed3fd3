package tasknet.dispatcher.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive use of a folder, until it is closed or the process ends: a lock on the file {@code
 * tasks.lock}, in which the owner's process id stands.
 */
final class StoreLock implements AutoCloseable {
  private static final int PID_LENGTH = 20;

  // Closing any channel of a file drops the process's lock on it, so a second one is never opened.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private StoreLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * @throws StoreException if another store uses the folder; the message says which process
   */
  static StoreLock acquire(Path folder) throws IOException {
    Path file = folder.toRealPath().resolve("tasks.lock");
    if (!HELD.add(file)) {
      throw inUse(folder, "this process");
    }
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        String owner = readOwner(channel);
        channel.close();
        throw inUse(folder, "process " + owner);
      }
      writeOwner(channel);
      return new StoreLock(file, channel);
    } catch (IOException | RuntimeException e) {
      HELD.remove(file);
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    HELD.remove(file);
  }

  private static StoreException inUse(Path folder, String owner) {
    return new StoreException(
        "the store in "
            + folder
            + " is used by "
            + owner
            + "; stop that one first, or use another folder");
  }

  private static String readOwner(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(PID_LENGTH);
    channel.read(pid, 0);
    return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
  }

  private static void writeOwner(FileChannel channel) throws IOException {
    String pid = ProcessHandle.current().pid() + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
  }
}
