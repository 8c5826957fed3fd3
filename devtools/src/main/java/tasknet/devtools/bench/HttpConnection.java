package tasknet.devtools.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A connection that stays, for one request after the other. It knows as much of HTTP as the
 * dispatcher's short answers need, and costs a fraction of a real client. For one thread.
 */
final class HttpConnection implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final StringBuilder line = new StringBuilder();

  /** An answer; the body only. */
  record Answer(int status, String text) {
    boolean isFine() {
      return status / 100 == 2;
    }
  }

  HttpConnection(URI server) throws IOException {
    socket = new Socket();
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), BUFFER);
  }

  /** The bytes of a request with a body of JSON; empty for none. */
  static byte[] request(String method, URI server, String path, byte[] body) {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: "
            + server.getAuthority()
            + (body.length > 0 ? "\r\nContent-Type: application/json" : "")
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = java.util.Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return all;
  }

  Answer exchange(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    readLine();
    if (line.length() < 12) {
      throw new ProtocolException("no HTTP: " + line);
    }
    int status = Integer.parseInt(line, 9, 12, 10);
    int length = -1;
    for (readLine(); !line.isEmpty(); readLine()) {
      int colon = line.indexOf(":");
      if (colon == 14 && isLength()) {
        length = Integer.parseInt(line.substring(colon + 1).strip());
      }
    }
    byte[] body = length >= 0 ? exactly(length) : chunks();
    return new Answer(status, new String(body, StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private boolean isLength() {
    return line.substring(0, 14).toLowerCase(Locale.ROOT).equals("content-length");
  }

  private byte[] chunks() throws IOException {
    java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
    while (true) {
      readLine();
      int size = Integer.parseInt(line.toString().strip(), 16);
      body.writeBytes(exactly(size));
      readLine();
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] data = in.readNBytes(length);
    if (data.length < length) {
      throw new EOFException("the answer broke off");
    }
    return data;
  }

  private void readLine() throws IOException {
    line.setLength(0);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection broke off");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
  }
}
