package tasknet.monitoring.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Requests as they stand, also such as no client library sends. */
public final class RawHttp {
  private RawHttp() {}

  /**
   * An answer.
   *
   * @param headers by their names in lower case
   * @param body a character a byte
   */
  public record Answer(int status, Map<String, String> headers, String body) {
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  /**
   * Sends a request and reads all that is answered.
   *
   * @param headers each with its line end; {@code Host} is added when there is none
   */
  public static Answer send(int port, String method, String path, String headers, String body)
      throws IOException {
    String host = headers.contains("Host:") ? "" : "Host: 127.0.0.1:" + port + "\r\n";
    String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
    String request =
        method
            + ' '
            + path
            + " HTTP/1.1\r\n"
            + host
            + headers
            + length
            + "Connection: close\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write((request + body).getBytes(StandardCharsets.ISO_8859_1));
      return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
    }
  }

  public static Answer get(int port, String path) throws IOException {
    return send(port, "GET", path, "", "");
  }

  private static Answer parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    String[] lines = text.substring(0, end).split("\r\n", -1);
    Map<String, String> headers = new TreeMap<>();
    for (int index = 1; index < lines.length; index++) {
      int colon = lines[index].indexOf(':');
      headers.put(
          lines[index].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[index].substring(colon + 1).strip());
    }
    int status = Integer.parseInt(lines[0].split(" ", -1)[1]);
    return new Answer(status, headers, text.substring(end + 4));
  }
}
