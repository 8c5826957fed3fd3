package tasknet.devtools.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The lines of a stream, in an array that is used again for each. For one thread. */
final class Lines {
  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int position;
  private int limit;
  private byte[] line = new byte[1024];
  private int length;

  Lines(InputStream in) {
    this.in = in;
  }

  /** Goes to the next line, which lacks its end; false at the end of the stream. */
  boolean next() throws IOException {
    length = 0;
    while (true) {
      if (position == limit) {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        if (limit == 0) {
          return false;
        }
      }
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      append(end - position);
      position = end;
      if (end < limit) {
        position++;
        return true;
      }
    }
  }

  /** The line, up to {@link #length}; only until the next. */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  private void append(int more) {
    if (length + more > line.length) {
      line = Arrays.copyOf(line, 2 * (length + more));
    }
    System.arraycopy(buffer, position, line, length, more);
    length += more;
  }
}
