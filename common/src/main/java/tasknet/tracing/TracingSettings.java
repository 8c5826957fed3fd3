package tasknet.tracing;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.Settings;

/**
 * Where spans go, by the variables that OpenTelemetry specifies; {@code docs/configuration.md} has
 * the table.
 *
 * @param traces where batches are posted
 * @param headers of each request; they may hold a key
 * @param service what the service is called in traces
 * @param attributes what else is told of it
 * @param ratio which part of the traces the samplers keep that go by that, 0 to 1
 */
public record TracingSettings(
    URI traces,
    Map<String, String> headers,
    String service,
    Map<String, String> attributes,
    SamplerName sampler,
    double ratio) {
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]*");
  private static final String PAIRS = "a list such as name=value,other=value";

  /** Which traces are kept. */
  public enum SamplerName {
    /** All. */
    ALWAYS_ON,
    /** None. */
    ALWAYS_OFF,
    /** A part of all. */
    TRACEIDRATIO,
    /** What the client keeps, and all that begin here. */
    PARENTBASED_ALWAYS_ON,
    /** What the client keeps. */
    PARENTBASED_ALWAYS_OFF,
    /** What the client keeps, and a part of those that begin here. */
    PARENTBASED_TRACEIDRATIO
  }

  /**
   * Reads them.
   *
   * @param service what it is called when nothing is said
   * @return null when no spans are wanted
   */
  public static @Nullable TracingSettings read(Settings settings, String service) {
    URI endpoint = settings.optionalHttpUri("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");
    Map<String, String> headers = headers(settings);
    settings.value(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "http/protobuf",
        "http/protobuf, the only one that is spoken",
        TracingSettings::onlyProtocol);
    String name = settings.text("OTEL_SERVICE_NAME", service);
    Map<String, String> attributes =
        settings.value(
            "OTEL_RESOURCE_ATTRIBUTES", Map.<String, String>of(), PAIRS, TracingSettings::pairs);
    SamplerName sampler = settings.choice("OTEL_TRACES_SAMPLER", SamplerName.PARENTBASED_ALWAYS_ON);
    double ratio =
        settings.value(
            "OTEL_TRACES_SAMPLER_ARG", 1.0, "a number from 0 to 1", TracingSettings::ratio);
    boolean disabled = settings.flag("OTEL_SDK_DISABLED", false);
    return endpoint == null || disabled
        ? null
        : new TracingSettings(traces(endpoint), headers, name, attributes, sampler, ratio);
  }

  private static URI traces(URI endpoint) {
    String base = endpoint.toString();
    return URI.create((base.endsWith("/") ? base : base + '/') + "v1/traces");
  }

  /** What is wrong is not told word for word: it may be a key. */
  private static Map<String, String> headers(Settings settings) {
    String given = settings.optionalText("OTEL_EXPORTER_OTLP_HEADERS");
    if (given == null) {
      return Map.of();
    }
    try {
      Map<String, String> headers = pairs(given);
      if (headers.keySet().stream().allMatch(name -> HEADER_NAME.matcher(name).matches())
          && headers.values().stream().allMatch(text -> HEADER_VALUE.matcher(text).matches())) {
        return headers;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the error that names what is allowed.
    }
    settings.require(false, "OTEL_EXPORTER_OTLP_HEADERS is not allowed; it must be " + PAIRS);
    return Map.of();
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      String key = pair.substring(0, Math.max(0, equals)).strip();
      if (key.isEmpty()) {
        throw new IllegalArgumentException();
      }
      // A plus is one: this is no form.
      String value = pair.substring(equals + 1).strip().replace("+", "%2B");
      pairs.put(key, URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return pairs;
  }

  private static String onlyProtocol(String text) {
    if (!text.toLowerCase(Locale.ROOT).equals("http/protobuf")) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private static double ratio(String text) {
    double ratio = Double.parseDouble(text);
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException();
    }
    return ratio;
  }

  /** Without the headers, which may hold a key. */
  @Override
  public String toString() {
    return service + " to " + traces;
  }
}
