package tasknet.monitoring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.monitoring.testkit.Peers;
import tasknet.monitoring.testkit.RawHttp;

class PageApiIT {
  private final Peers peers = new Peers();
  private final int port =
      peers
          .service(
              routes -> {
                routes.get("/api/known", context -> context.result("known"));
                new PageApi().routes(routes);
              })
          .port();

  @AfterEach
  void close() throws Exception {
    peers.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8, <!doctype html>",
    "/index.html, text/html; charset=utf-8, <!doctype html>",
    "/parts/of-tests.js, text/javascript; charset=utf-8, export const",
    "/lib/lit-html/lit-html.js, text/javascript; charset=utf-8, lit",
    "/lib/lit-html/directives/repeat.js, text/javascript; charset=utf-8, directive",
    "/lib/uplot/uPlot.esm.js, text/javascript; charset=utf-8, uPlot",
    "/lib/uplot/uPlot.min.css, text/css; charset=utf-8, .uplot"
  })
  void aFileHasItsType(String path, String type, String part) throws IOException {
    RawHttp.Answer answer = RawHttp.get(port, path);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo(type);
    assertThat(answer.body()).contains(part).hasSize(length(answer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tasks", "/tasks/01M8", "/types/hash", "/logs"})
  void aPlaceWithinThePageIsThePage(String path) throws IOException {
    RawHttp.Answer answer = RawHttp.get(port, path);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).startsWith("<!doctype html>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing.js",
        "/api/nothing",
        "/health/nothing",
        "/metrics/nothing",
        "/lib/nothing",
        "/lib/uplot/uPlot.cjs.js",
        "/lib/lit-html/package.json",
        "/lib/lit-html/node/lit-html.js",
        "/lib/lit-html/development/lit-html.js",
        "/../package-info.class",
        "/parts/../../MonitoringMain.class",
        "/parts/%2e%2e/%2e%2e/MonitoringMain.class",
        "/..%2fMonitoringMain.class",
        "/lib/uplot/../../../../META-INF/MANIFEST.MF",
        "/parts/",
        "//index.html"
      })
  void whatIsNoFileIsAProblem(String path) throws IOException {
    RawHttp.Answer answer = RawHttp.get(port, path);

    assertThat(answer.status()).isIn(404, 400);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.body()).contains("urn:tasknet:problem:");
  }

  @Test
  void whatIsKnownIsNotSentAgain() throws IOException {
    String tag = RawHttp.get(port, "/lib/uplot/uPlot.esm.js").header("ETag");

    RawHttp.Answer again =
        RawHttp.send(
            port, "GET", "/lib/uplot/uPlot.esm.js", "If-None-Match: \"x\", " + tag + "\r\n", "");
    RawHttp.Answer other =
        RawHttp.send(port, "GET", "/lib/uplot/uPlot.esm.js", "If-None-Match: \"x\"\r\n", "");

    assertThat(tag).matches("\"[A-Za-z0-9_-]{12}\"");
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(again.header("ETag")).isEqualTo(tag);
    assertThat(again.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(other.status()).isEqualTo(200);
  }

  @Test
  void aReaderThatUnpacksGetsItPacked() throws IOException {
    String path = "/lib/uplot/uPlot.esm.js";
    RawHttp.Answer plain = RawHttp.get(port, path);

    RawHttp.Answer packed =
        RawHttp.send(port, "GET", path, "Accept-Encoding: br, gzip;q=0.8\r\n", "");
    RawHttp.Answer refused =
        RawHttp.send(port, "GET", path, "Accept-Encoding: gzip;q=0, identity\r\n", "");

    assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(packed.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(packed.header("ETag")).isNotEqualTo(plain.header("ETag"));
    assertThat(packed.body().length()).isLessThan(plain.body().length() / 2);
    byte[] bytes = packed.body().getBytes(StandardCharsets.ISO_8859_1);
    assertThat(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes())
        .isEqualTo(plain.body().getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refused.header("Content-Encoding")).isEmpty();
    assertThat(refused.body()).isEqualTo(plain.body());
  }

  @Test
  void aHeadIsTheAnswerWithoutItsBody() throws IOException {
    RawHttp.Answer whole = RawHttp.get(port, "/index.html");
    RawHttp.Answer head = RawHttp.send(port, "HEAD", "/index.html", "", "");

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(length(head)).isEqualTo(whole.body().length());
    assertThat(head.header("ETag")).isEqualTo(whole.header("ETag"));
    assertThat(RawHttp.send(port, "HEAD", "/nothing.js", "", "").status()).isEqualTo(404);
    assertThat(RawHttp.send(port, "HEAD", "/api/known", "", "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/nothing.js",
        "/api/known",
        "/api/nothing",
        "/lib/uplot/uPlot.esm.js",
        "/health/live"
      })
  void everyAnswerForbidsWhatThePageDoesNotNeed(String path) throws IOException {
    RawHttp.Answer answer = RawHttp.get(port, path);

    assertThat(answer.header("Content-Security-Policy"))
        .isEqualTo(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
    assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
  }

  private static int length(RawHttp.Answer answer) {
    return Integer.parseInt(answer.header("Content-Length"));
  }
}
