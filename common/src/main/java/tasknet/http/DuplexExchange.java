package tasknet.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One {@code POST} whose request and answer go at the same time, for as long as both like, over a
 * connection of its own. Java's HTTP client reads an answer only when it has sent the whole
 * request. One thread may write while another reads; any may close.
 */
public final class DuplexExchange implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;
  private static final int LONGEST_LINE = 8 * 1024;
  private static final int LONGEST_PROBLEM = 64 * 1024;

  private final Socket socket;
  private final OutputStream request;
  private final Map<String, String> headers;
  private final InputStream answer;

  private DuplexExchange(
      Socket socket, OutputStream request, Map<String, String> headers, InputStream answer) {
    this.socket = socket;
    this.request = request;
    this.headers = headers;
    this.answer = answer;
  }

  /**
   * Connects, and returns when the server has begun to answer.
   *
   * @param server an {@code http} or {@code https} address
   * @param mediaType of the request's body
   * @param patience for connecting, and for the beginning of the answer
   * @throws ProblemException if the server refuses
   */
  public static DuplexExchange open(
      URI server, String path, String mediaType, Map<String, String> more, Duration patience)
      throws IOException {
    Socket socket = connected(server, patience);
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      socket.getOutputStream().write(head(server, path, mediaType, more));
      InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
      String status = ChunkedInput.line(in, LONGEST_LINE);
      Map<String, String> headers = headers(in);
      InputStream body = body(in, headers);
      if (!status.matches("HTTP/1\\.1 200( .*)?")) {
        throw new ProblemException(problem(status, headers, body, server.resolve(path)), headers);
      }
      return new DuplexExchange(socket, new ChunkedOutput(socket.getOutputStream()), headers, body);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The request's body: each flush sends what was written; to close it ends the request. */
  public OutputStream request() {
    return request;
  }

  /** The answer's body. */
  public InputStream answer() {
    return answer;
  }

  /** A header of the answer. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** How long {@link #answer} may say nothing before it fails. */
  public void silence(Duration longest) throws IOException {
    socket.setSoTimeout(Math.toIntExact(longest.toMillis()));
  }

  /** Hangs up. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static Socket connected(URI server, Duration patience) throws IOException {
    boolean secret = "https".equals(server.getScheme());
    int port = server.getPort() >= 0 ? server.getPort() : secret ? 443 : 80;
    Socket socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(server.getHost(), port), Math.toIntExact(patience.toMillis()));
      return secret ? encrypted(socket, server.getHost(), port) : socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Socket encrypted(Socket socket, String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket encrypted = (SSLSocket) factory.createSocket(socket, host, port, true);
    SSLParameters parameters = encrypted.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    encrypted.setSSLParameters(parameters);
    return encrypted;
  }

  private static byte[] head(URI server, String path, String mediaType, Map<String, String> more) {
    StringBuilder head = new StringBuilder("POST ").append(path).append(" HTTP/1.1\r\n");
    Map<String, String> all = new HashMap<>(more);
    all.put("Host", server.getRawAuthority());
    all.put("Content-Type", mediaType);
    all.put("Transfer-Encoding", "chunked");
    all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** By their names in lower case. */
  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = ChunkedInput.line(in, LONGEST_LINE);
        !line.isEmpty();
        line = ChunkedInput.line(in, LONGEST_LINE)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new ProtocolException("what answers there does not speak HTTP");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static InputStream body(InputStream in, Map<String, String> headers) {
    return headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")
        ? new ChunkedInput(in)
        : in;
  }

  private static Problem problem(
      String status, Map<String, String> headers, InputStream body, URI from) throws IOException {
    if (!status.matches("HTTP/1\\.1 \\d{3}( .*)?")) {
      throw new ProtocolException("what answers there does not speak HTTP/1.1");
    }
    int length = LONGEST_PROBLEM;
    String told = headers.get("content-length");
    if (told != null && told.matches("\\d{1,9}")) {
      length = Math.min(length, Integer.parseInt(told));
    }
    String text = new String(body.readNBytes(length), StandardCharsets.UTF_8);
    int code = Integer.parseInt(status.substring(9, 12));
    return JsonClient.problem(code, headers.getOrDefault("content-type", ""), text, from);
  }
}
