package tasknet.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;

@Timeout(60)
class DirectCallIT {
  private static final int LIMIT = 10_000;

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<Thread> direct = new CopyOnWriteArrayList<>();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final HttpServer server =
      new HttpServer(
          new HttpServer.Options(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              LIMIT,
              Duration.ofSeconds(10),
              () -> null,
              meters,
              NOPLogger.NOP_LOGGER),
          new DirectCall("PUT", "/beats", this::beat),
          routes -> {
            routes.put(
                "/beats/{id}",
                context ->
                    context.result("route " + context.pathParam("id") + " " + context.body()));
            routes.get(
                "/slow",
                context -> {
                  entered.countDown();
                  go.await();
                  context.result("slow");
                });
          });

  private byte @Nullable [] beat(String id, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    if (text.startsWith("fail")) {
      throw new IllegalStateException("a fault");
    }
    if (!text.startsWith("same")) {
      return null;
    }
    direct.add(Thread.currentThread());
    return ("{\"" + id + "\":" + body.length + "}").getBytes(StandardCharsets.UTF_8);
  }

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void close() {
    go.countDown();
    server.close();
  }

  @Test
  void itIsAnsweredByTheThreadThatWaitsForRequests() throws IOException {
    try (Client client = new Client()) {
      client.send(put("/beats/a", "same"));
      assertThat(client.answer()).isEqualTo("200 {\"a\":4}");
      client.send(put("/beats/b", "same again"));
      assertThat(client.answer()).isEqualTo("200 {\"b\":10}");
    }

    assertThat(direct).hasSize(2).allMatch(thread -> !thread.isVirtual());
    assertThat(meters.scrape())
        .contains(
            "http_request_duration_seconds_count{kind=\"call\",method=\"PUT\",status=\"200\","
                + "uri=\"/beats/{id}\"} 2");
  }

  @Test
  void whatItDoesNotAnswerIsAnsweredByTheRoutesWithTheWholeBody() throws IOException {
    try (Client client = new Client()) {
      client.send(put("/beats/a", "other"));
      assertThat(client.answer()).isEqualTo("200 route a other");
      client.send(put("/beats/a", ""));
      assertThat(client.answer()).isEqualTo("200 route a ");
      String longer = "same" + "x".repeat(DirectCallHandler.LONGEST_BODY);
      client.send(put("/beats/a", longer));
      assertThat(client.answer()).isEqualTo("200 route a " + longer);
      client.send(chunked("/beats/a", "same"));
      assertThat(client.answer()).isEqualTo("200 route a same");
      client.send(put("/beats/a/more", "same"));
      assertThat(client.answer()).startsWith("404 ");
      client.send(put("/beats", "same"));
      assertThat(client.answer()).startsWith("404 ");
      client.send(put("/beats/a", "x".repeat(LIMIT + 1)));
      assertThat(client.answer()).startsWith("413 ");
    }
    assertThat(direct).isEmpty();
  }

  @Test
  void aBodyThatComesInPiecesIsWaitedForWithoutHoldingUpOthers() throws IOException {
    String request = put("/beats/a", "same in pieces");
    int inTheBody = request.length() - 7;
    try (Client slow = new Client();
        Client other = new Client()) {
      slow.send(request.substring(0, inTheBody));
      other.send(put("/beats/b", "same"));
      assertThat(other.answer()).isEqualTo("200 {\"b\":4}");

      slow.send(request.substring(inTheBody));
      assertThat(slow.answer()).isEqualTo("200 {\"a\":14}");
    }
  }

  @Test
  void aSlowRouteHoldsUpNoDirectCall() throws Exception {
    try (Client slow = new Client();
        Client other = new Client()) {
      slow.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
      entered.await();
      other.send(put("/beats/a", "same"));
      assertThat(other.answer()).isEqualTo("200 {\"a\":4}");

      go.countDown();
      assertThat(slow.answer()).isEqualTo("200 slow");
    }
  }

  @Test
  void requestsThatAreSentTogetherAreAnsweredInOrder() throws IOException {
    try (Client client = new Client()) {
      client.send(
          put("/beats/a", "same") + put("/beats/b", "other") + put("/beats/c", "same again"));

      assertThat(client.answer()).isEqualTo("200 {\"a\":4}");
      assertThat(client.answer()).isEqualTo("200 route b other");
      assertThat(client.answer()).isEqualTo("200 {\"c\":10}");
    }
  }

  @Test
  void aFaultIsAProblemAndTheServerGoesOn() throws IOException {
    try (Client client = new Client()) {
      client.send(put("/beats/a", "fail"));
      assertThat(client.answer())
          .startsWith("500 ")
          .contains("a fault of the server; its log has more");
    }
    try (Client client = new Client()) {
      client.send(put("/beats/a", "same"));
      assertThat(client.answer()).isEqualTo("200 {\"a\":4}");
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleOfItsBodyIsNotAnsweredDirectly() throws IOException {
    String request = put("/beats/a", "same and gone");
    try (Client gone = new Client()) {
      gone.send(request.substring(0, request.length() - 3));
      gone.socket.shutdownOutput();
      assertThat(new String(gone.socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 400 ");
    }
    assertThat(direct).isEmpty();
    try (Client client = new Client()) {
      client.send(put("/beats/a", "same"));
      assertThat(client.answer()).isEqualTo("200 {\"a\":4}");
    }
  }

  private static String put(String path, String body) {
    return "PUT "
        + path
        + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String chunked(String path, String body) {
    return "PUT "
        + path
        + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(body.length())
        + "\r\n"
        + body
        + "\r\n0\r\n\r\n";
  }

  /** A connection on which it is seen what goes together. */
  private final class Client implements AutoCloseable {
    final Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());

    Client() throws IOException {
      socket.setSoTimeout(20_000);
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The status and the body, with a blank between. */
    String answer() throws IOException {
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        assertThat(next).as("after %s", head).isNotNegative();
        head.append((char) next);
      }
      String length = head.toString().replaceAll("(?is).*content-length: (\\d+)\r\n.*", "$1");
      byte[] body = in.readNBytes(Integer.parseInt(length));
      return head.substring(9, 12) + " " + new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
