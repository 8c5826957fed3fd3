package tasknet.dispatcher.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the log needs of a disk. */
interface LogDisk {
  /** A file that is being written. */
  interface LogFile extends Closeable {
    /** Writes all that remains, from that place of the file on. */
    void write(ByteBuffer bytes, long at) throws IOException;

    /** What was written is on the disk when this returns. */
    void force() throws IOException;
  }

  /** Begins a file; one that is there is emptied. */
  LogFile create(Path file) throws IOException;

  /** Forgets what is in a file after so many bytes; that is on the disk when this returns. */
  void cut(Path file, long bytes) throws IOException;

  /** Deletes a file, if it is there. */
  void delete(Path file) throws IOException;

  /** Which files there are in a folder is on the disk when this returns. */
  void force(Path folder);

  /** The one that the system gives. */
  LogDisk REAL =
      new LogDisk() {
        @Override
        public LogFile create(Path file) throws IOException {
          FileChannel channel =
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE);
          return new LogFile() {
            @Override
            public void write(ByteBuffer bytes, long at) throws IOException {
              long place = at;
              while (bytes.hasRemaining()) {
                place += channel.write(bytes, place);
              }
            }

            @Override
            public void force() throws IOException {
              channel.force(false);
            }

            @Override
            public void close() throws IOException {
              channel.close();
            }
          };
        }

        @Override
        public void cut(Path file, long bytes) throws IOException {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
            channel.force(true);
          }
        }

        @Override
        public void delete(Path file) throws IOException {
          Files.deleteIfExists(file);
        }

        @Override
        public void force(Path folder) {
          try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
          } catch (IOException e) {
            // Some systems cannot do that, and some need not.
          }
        }
      };
}
