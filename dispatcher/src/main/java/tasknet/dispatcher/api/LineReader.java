package tasknet.dispatcher.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream of any length, one in memory at a time. They end with a line feed, with or
 * without a carriage return before it; the last one may lack its end.
 */
final class LineReader {
  private static final int BUFFER = 64 * 1024;

  private final InputStream in;
  private final int longest;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private long number;
  private boolean tooLong;

  /**
   * @param longest how many bytes a line may have; what is more of it is passed over
   */
  LineReader(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** The number of the last line that was read; 1 is the first. */
  long number() {
    return number;
  }

  /** Whether the last line was longer than allowed; then only its beginning was returned. */
  boolean wasTooLong() {
    return tooLong;
  }

  /** The next line that is not blank, without its end; null after the last one. */
  byte @Nullable [] next() throws IOException {
    while (true) {
      byte[] line = line();
      if (line == null) {
        return null;
      }
      number++;
      if (!isBlank(line)) {
        return line;
      }
    }
  }

  private byte @Nullable [] line() throws IOException {
    ByteArrayOutputStream begun = null; // a line that goes on in the next buffer
    tooLong = false;
    while (true) {
      if (position == limit && !fill()) {
        return begun == null ? null : begun.toByteArray();
      }
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      int length = end - position;
      boolean complete = end < limit;
      int start = position;
      position = complete ? end + 1 : end;
      if (begun == null && complete && length <= longest) {
        return java.util.Arrays.copyOfRange(buffer, start, end);
      }
      begun = begun == null ? new ByteArrayOutputStream(2 * length) : begun;
      int room = longest - begun.size();
      tooLong |= length > room;
      begun.write(buffer, start, Math.min(length, room));
      if (complete) {
        return begun.toByteArray();
      }
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }

  private static boolean isBlank(byte[] line) {
    for (byte each : line) {
      if (each != ' ' && each != '\t' && each != '\r') {
        return false;
      }
    }
    return true;
  }
}
