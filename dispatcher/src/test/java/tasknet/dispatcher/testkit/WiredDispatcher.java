package tasknet.dispatcher.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.Dispatcher;
import tasknet.dispatcher.DispatcherSettings;
import tasknet.http.Json;
import tasknet.wire.LinkCounters;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;
import tools.jackson.databind.JsonNode;

/** The whole dispatcher on free ports, with a nameservice that does as it is told. */
public final class WiredDispatcher implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration BULK_PULSE = Duration.ofMillis(100);

  private final LogLines log = new LogLines();
  private final ScriptedNameservice nameservice = new ScriptedNameservice();
  private final LinkCounters counters = new LinkCounters();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final UdpLink udp;
  private final Dispatcher dispatcher;

  /** An answer over HTTP. */
  public record Answer(int status, JsonNode body, HttpResponse<String> response) {
    /** A member of the body as text. */
    public String text(String member) {
      return body.path(member).asString("");
    }

    public @Nullable String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }
  }

  private WiredDispatcher(Path folder, Map<String, String> more) {
    nameservice.start();
    Map<String, String> environment = new HashMap<>();
    environment.put("TASKNET_HTTP_PORT", "0");
    environment.put("TASKNET_NAMESERVICE_URL", nameservice.uri().toString());
    environment.put("TASKNET_DATA_DIR", folder.toString());
    environment.put("TASKNET_DRAIN_TIMEOUT", "1ms");
    environment.putAll(more);
    DispatcherSettings settings = DispatcherSettings.read(environment);
    udp =
        new UdpLink(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            MessageLink.longestReceived(settings.maxDatagram()),
            counters,
            log.logger());
    dispatcher =
        new Dispatcher(settings, new Dispatcher.Transport(udp, counters), BULK_PULSE, log.logger());
  }

  /**
   * Starts it.
   *
   * @param more settings, as pairs of names and values
   */
  public static WiredDispatcher start(Path folder, String... more) {
    Map<String, String> settings = new HashMap<>();
    for (int index = 0; index < more.length; index += 2) {
      settings.put(more[index], more[index + 1]);
    }
    WiredDispatcher wired = new WiredDispatcher(folder, settings);
    try {
      wired.dispatcher.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return wired;
  }

  public Dispatcher dispatcher() {
    return dispatcher;
  }

  public ScriptedNameservice nameservice() {
    return nameservice;
  }

  public LogLines log() {
    return log;
  }

  public LinkCounters counters() {
    return counters;
  }

  public InetSocketAddress udpAddress() {
    return udp.address();
  }

  public URI uri(String path) {
    return URI.create("http://localhost:" + dispatcher.port()).resolve(path);
  }

  /** Registers workers, and waits until the dispatcher knows them. */
  public void register(ScriptedWorker... workers) {
    nameservice.register(workers);
    for (ScriptedWorker worker : workers) {
      worker.dispatcherAt(udp.address());
    }
    await().until(() -> get("/workers").body().path("workers").size() == workers.length);
  }

  public Answer get(String path) {
    return answer(send("GET", path, null));
  }

  /** A figure of {@code /metrics} without labels. */
  public double metric(String name) {
    return get("/metrics")
        .response()
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no metric " + name));
  }

  public Answer delete(String path) {
    return answer(send("DELETE", path, null));
  }

  /**
   * Submits, or whatever the path says.
   *
   * @param headers as pairs of names and values
   */
  public Answer post(String path, String body, String... headers) {
    return answer(send("POST", path, body, headers));
  }

  /** Submits a task, and answers its id. */
  public String submit(String body) {
    return post("/tasks", body).text("id");
  }

  /** Any request; it is answered later. */
  public CompletableFuture<Answer> send(
      String method, String path, @Nullable String body, String... headers) {
    return sendBytes(method, path, body == null ? new byte[0] : body.getBytes(UTF_8), headers);
  }

  /** The same with bytes. */
  public CompletableFuture<Answer> sendBytes(
      String method, String path, byte[] body, String... headers) {
    BodyPublisher publisher =
        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).method(method, publisher);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.sendAsync(request.build(), BodyHandlers.ofString())
        .thenApply(
            response -> {
              promised(method, response);
              return new Answer(response.statusCode(), json(response.body()), response);
            });
  }

  /** Waits for an answer. */
  public static Answer answer(CompletableFuture<Answer> answer) {
    try {
      return answer.get(SOON.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    dispatcher.close();
    nameservice.close();
    http.close();
  }

  /** Every answer in every test is held against the contract. */
  private static void promised(String method, HttpResponse<String> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    String path = response.uri().getPath();
    List<String> violations =
        Contract.SERVED.violations(method, path, response.statusCode(), type, response.body());
    if (!violations.isEmpty()) {
      throw new AssertionError(
          method + " " + path + " breaks openapi.yaml: " + violations + "\n" + response.body());
    }
  }

  private static JsonNode json(String body) {
    return body.startsWith("{") && body.indexOf('\n') < 0
        ? Json.mapper().readTree(body)
        : Json.mapper().nullNode();
  }
}
