package tasknet.nameservice;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import tasknet.http.Json;
import tasknet.logging.LogLevel;
import tasknet.logging.ServiceLog;
import tasknet.registry.Registration;

/** A nameservice on a free port with its files in a folder, and an HTTP client for it. */
final class Running implements AutoCloseable {
  private final Path folder;
  private final ServiceLog log;
  private final Nameservice nameservice;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          // Platform threads are counted, and these would be the client's.
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  Running(Path folder, Duration timeToLive) throws IOException {
    this.folder = folder;
    this.log = ServiceLog.open("nameservice", folder.resolve("logs"), LogLevel.INFO);
    this.nameservice =
        new Nameservice(
            new NameserviceSettings(
                InetAddress.getLoopbackAddress(),
                0,
                folder.resolve("registry.json"),
                timeToLive,
                Duration.ofMillis(100),
                folder.resolve("logs"),
                LogLevel.INFO),
            log.logger());
    nameservice.start();
  }

  int port() {
    return nameservice.port();
  }

  HttpResponse<String> put(String id, Registration registration) throws Exception {
    return send("PUT", "/workers/" + id, Json.mapper().writeValueAsString(registration));
  }

  HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, "");
  }

  HttpResponse<String> send(String method, String path, String body) throws Exception {
    return send(method, path, BodyPublishers.ofString(body));
  }

  HttpResponse<String> send(String method, String path, BodyPublisher body) throws Exception {
    return http.send(request(path).method(method, body).build(), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> getLater(String path) {
    return http.sendAsync(request(path).build(), BodyHandlers.ofString());
  }

  <T> T get(String path, Class<T> type) throws Exception {
    return Json.mapper().readValue(get(path).body(), type);
  }

  /** The value of a metric, for instance {@code tasknet_workers}. */
  double metric(String name) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  List<String> logged() throws IOException {
    return Files.readAllLines(folder.resolve("logs/nameservice.log"));
  }

  /** Stops the service, but not the client. */
  void stop() {
    nameservice.close();
  }

  @Override
  public void close() {
    http.shutdownNow();
    nameservice.close();
    log.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
        .timeout(Duration.ofSeconds(90));
  }
}
