package tasknet.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;

/** An answer's body that comes in chunks (RFC 9112, section 7.1). For one thread at a time. */
final class ChunkedInput extends InputStream {
  private static final int LONGEST_LINE = 256;

  private final InputStream in;
  private int left;
  private boolean begun;
  private boolean ended;

  /**
   * @param in buffered, because it is read byte by byte between chunks
   */
  ChunkedInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] data, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !ended) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int got = in.read(data, offset, Math.min(left, length));
    if (got < 0) {
      throw new EOFException("the answer broke off");
    }
    left -= got;
    return got;
  }

  @Override
  public int available() throws IOException {
    return Math.min(left, in.available());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void nextChunk() throws IOException {
    if (begun && !line().isEmpty()) {
      throw new ProtocolException("a chunk is longer than it says");
    }
    begun = true;
    String size = line().replaceFirst(";.*", "").strip();
    try {
      left = Integer.parseInt(size, 16);
    } catch (NumberFormatException e) {
      throw new ProtocolException("'" + size + "' is not the size of a chunk");
    }
    if (left == 0) {
      ended = true;
      while (!line().isEmpty()) {
        // A trailer, which says nothing here.
      }
    }
  }

  private String line() throws IOException {
    return line(in, LONGEST_LINE);
  }

  /** A line of HTTP without its end. */
  static String line(InputStream in, int longest) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the answer broke off");
      }
      if (line.length() == longest) {
        throw new ProtocolException("a line is longer than " + longest + " characters");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
