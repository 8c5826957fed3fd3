package tasknet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;

/** {@link DuplexExchange} with the server that all services have. */
@Timeout(60)
class DuplexExchangeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpServer server =
      new HttpServer(
          new HttpServer.Options(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              1 << 30,
              Duration.ofSeconds(1),
              () -> null,
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
              NOPLogger.NOP_LOGGER),
          routes -> {
            routes.post(
                "/echo",
                context -> {
                  context.header("Greeting", "hello");
                  InputStream in = context.req().getInputStream();
                  OutputStream out = context.res().getOutputStream();
                  out.flush();
                  byte[] data = new byte[1000];
                  for (int got = in.read(data); got >= 0; got = in.read(data)) {
                    out.write(data, 0, got);
                    out.flush();
                  }
                });
            routes.post(
                "/refuse",
                _ -> {
                  throw new ProblemException(Problem.of(429, "queue-full", "Full", "no room"));
                });
          });

  DuplexExchangeIT() {
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void theAnswerIsReadWhileTheRequestIsWritten() throws IOException {
    try (DuplexExchange exchange = open("/echo")) {
      BufferedReader answer =
          new BufferedReader(new InputStreamReader(exchange.answer(), StandardCharsets.UTF_8));
      assertThat(exchange.header("greeting")).isEqualTo("hello");
      for (int line = 0; line < 100; line++) {
        exchange.request().write((line + " Grüße\n").getBytes(StandardCharsets.UTF_8));
        exchange.request().flush();
        assertThat(answer.readLine()).isEqualTo(line + " Grüße");
      }

      exchange.request().close();

      assertThat(answer.readLine()).isNull();
    }
  }

  @Test
  void anyNumberOfBytesGoesThroughUnchanged() throws Exception {
    byte[] data = new byte[3_000_000];
    new SplittableRandom(1).nextBytes(data);
    try (DuplexExchange exchange = open("/echo")) {
      CompletableFuture<byte[]> answer =
          CompletableFuture.supplyAsync(() -> all(exchange), Thread::startVirtualThread);
      OutputStream out = exchange.request();
      out.write(data[0]);
      out.write(data, 1, data.length - 1);
      out.close();

      assertThat(answer.join()).isEqualTo(data);
    }
  }

  @Test
  void aRefusalIsAProblem() {
    assertThatThrownBy(() -> open("/refuse"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().code()).isEqualTo("queue-full"));
    assertThatThrownBy(() -> open("/nowhere"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(404));
  }

  @Test
  void anAnswerThatBreaksOffIsNotAnEnd() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (String rest :
        new String[] {"", "5\r\nab", "2\r\nab\r\n", "2\r\nabc\r\n0\r\n\r\n", "x\r\n"}) {
      try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread.startVirtualThread(() -> answer(other, head + rest));
        URI address = URI.create("http://localhost:" + other.getLocalPort());
        try (DuplexExchange exchange =
            DuplexExchange.open(address, "/", "text/plain", Map.of(), PATIENCE)) {
          assertThatThrownBy(() -> exchange.answer().readAllBytes())
              .as(rest)
              .isInstanceOf(IOException.class);
        }
      }
    }
  }

  private static void answer(ServerSocket server, String text) {
    try (Socket client = server.accept()) {
      client.getInputStream().read();
      client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      client.shutdownOutput();
      client.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The test has seen enough.
    }
  }

  private static byte[] all(DuplexExchange exchange) {
    try {
      return exchange.answer().readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private DuplexExchange open(String path) throws IOException {
    URI address = URI.create("http://localhost:" + server.port());
    return DuplexExchange.open(address, path, "text/plain", Map.of(), PATIENCE);
  }
}
