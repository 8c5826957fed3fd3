package tasknet.dispatcher.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;

/** A client of a stream of events that reads no sooner than it is told to, on a bare socket. */
public final class EventReader implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final Map<String, String> headers = new HashMap<>();
  private String statusLine = "";
  private String lastId = "";

  /** One event. */
  public record Event(String id, String name, JsonNode data) {
    /** A member of the data as text. */
    public String text(String member) {
      return data.path(member).asString("");
    }

    /** Its name, and the state that it tells. */
    public String gist() {
      return (name + " " + text("state")).strip();
    }
  }

  private EventReader(URI uri, int receiveBuffer, String... headerLines) {
    try {
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new java.net.InetSocketAddress(uri.getHost(), uri.getPort()));
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      // HTTP/1.0, so that what comes is not cut into chunks.
      StringBuilder request =
          new StringBuilder("GET " + uri.getRawPath() + query + " HTTP/1.0\r\n");
      for (String line : headerLines) {
        request.append(line).append("\r\n");
      }
      request.append("\r\n");
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      in = new BufferedInputStream(socket.getInputStream(), 512);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a stream. */
  public static EventReader open(URI uri, String... headerLines) {
    EventReader reader = new EventReader(uri, 0, headerLines);
    reader.readHead();
    return reader;
  }

  /** Opens a stream with a socket that takes little. */
  public static EventReader openSmall(URI uri) {
    EventReader reader = new EventReader(uri, 4096);
    reader.readHead();
    return reader;
  }

  /** Sends a request, and does not wait for its answer. */
  public static EventReader request(URI uri) {
    return new EventReader(uri, 0);
  }

  /** Reads up to the headers. */
  public void readHead() {
    try {
      statusLine = String.valueOf(line());
      for (String line = line(); line != null && !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int status() {
    return Integer.parseInt(statusLine.split(" ", -1)[1]);
  }

  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** The id up to which it was told. */
  public String lastId() {
    return lastId;
  }

  /** The next event; null at the end of the stream. */
  public @Nullable Event next() {
    try {
      String name = "message";
      StringBuilder data = new StringBuilder();
      for (String line = line(); line != null; line = line()) {
        if (line.isEmpty()) {
          if (!data.isEmpty()) {
            if (!name.equals("gap") && !Contract.SERVED.violations(data.toString()).isEmpty()) {
              throw new AssertionError("it breaks openapi.yaml: " + data);
            }
            return new Event(lastId, name, Json.mapper().readTree(data.toString()));
          }
          name = "message";
        } else if (line.startsWith("id: ")) {
          lastId = line.substring(4);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        }
      }
      return null;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no event", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next event, which must come. */
  public Event expect() {
    Event event = next();
    if (event == null) {
      throw new AssertionError("the stream has ended");
    }
    return event;
  }

  /** The gist of all events to the end of the stream. */
  public List<String> rest() {
    List<String> all = new ArrayList<>();
    for (Event event = next(); event != null; event = next()) {
      all.add(event.gist());
    }
    return all;
  }

  /** The next line; null at the end. */
  public @Nullable String line() throws IOException {
    var bytes = new java.io.ByteArrayOutputStream();
    int read = in.read();
    if (read < 0) {
      return null;
    }
    while (read >= 0 && read != '\n') {
      if (read != '\r') {
        bytes.write(read);
      }
      read = in.read();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Hangs up. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
