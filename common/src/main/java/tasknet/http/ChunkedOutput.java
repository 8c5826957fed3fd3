package tasknet.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A request's body in chunks (RFC 9112, section 7.1): what is written between two flushes is one,
 * unless it is too large, and goes to the socket in one write. For one thread at a time.
 */
final class ChunkedOutput extends OutputStream {
  private static final int BUFFER = 32 * 1024;

  /** Room before the data: its length in hexadecimal digits, and the end of that line. */
  private static final int HEAD = 8;

  private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;
  private final byte[] buffer = new byte[HEAD + BUFFER + 2];
  private int end = HEAD;
  private boolean closed;

  ChunkedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int one) throws IOException {
    if (end == HEAD + BUFFER) {
      flush();
    }
    buffer[end++] = (byte) one;
  }

  @Override
  public void write(byte[] data, int offset, int length) throws IOException {
    int from = offset;
    int left = length;
    while (left > 0) {
      if (end == HEAD + BUFFER) {
        flush();
      }
      int part = Math.min(left, HEAD + BUFFER - end);
      System.arraycopy(data, from, buffer, end, part);
      end += part;
      from += part;
      left -= part;
    }
  }

  @Override
  public void flush() throws IOException {
    if (end == HEAD) {
      return; // an empty chunk would be the last
    }
    byte[] size = Integer.toHexString(end - HEAD).getBytes(StandardCharsets.US_ASCII);
    int start = HEAD - 2 - size.length;
    System.arraycopy(size, 0, buffer, start, size.length);
    buffer[HEAD - 2] = '\r';
    buffer[HEAD - 1] = '\n';
    buffer[end++] = '\r';
    buffer[end++] = '\n';
    int length = end - start;
    end = HEAD;
    out.write(buffer, start, length);
  }

  /** Ends the body; the connection stays open. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      flush();
      out.write(LAST);
    }
  }
}
