package tasknet.dispatcher.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A real disk that fails when a test says so, and tells what it was asked to do. */
final class FaultyDisk implements LogDisk {
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** What the next writes, forces, creations, cuts and deletions do; null to work. */
  volatile @Nullable String writing;

  volatile @Nullable String forcing;
  volatile @Nullable String creating;
  volatile @Nullable String cutting;
  volatile @Nullable String deleting;
  volatile boolean outOfMemory;

  /** What the next writes wait for, so that what a test appends meanwhile becomes one group. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  @Override
  public LogFile create(Path file) throws IOException {
    note("create", file, creating);
    LogFile real = REAL.create(file);
    return new LogFile() {
      @Override
      public void write(ByteBuffer bytes, long at) throws IOException {
        await(gate);
        if (writing != null) {
          real.write(bytes.slice(0, bytes.remaining() / 2), at);
        }
        if (outOfMemory) {
          throw new OutOfMemoryError("for the test");
        }
        note("write", file, writing);
        real.write(bytes, at);
      }

      @Override
      public void force() throws IOException {
        note("force", file, forcing);
        real.force();
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }

  @Override
  public void cut(Path file, long bytes) throws IOException {
    note("cut", file, cutting);
    REAL.cut(file, bytes);
  }

  @Override
  public void delete(Path file) throws IOException {
    note("delete", file, deleting);
    REAL.delete(file);
  }

  @Override
  public void force(Path folder) {
    calls.add("force folder");
    REAL.force(folder);
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void note(String what, Path file, @Nullable String failure) throws IOException {
    if (failure != null) {
      throw new IOException(failure);
    }
    calls.add(what + " " + file.getFileName().toString().replaceAll("tasks\\.db-log-0*", ""));
  }
}
