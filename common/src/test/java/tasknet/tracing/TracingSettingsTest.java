package tasknet.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.helpers.NOPLogger;
import tasknet.runtime.Settings;
import tasknet.runtime.SettingsException;
import tasknet.tracing.TracingSettings.SamplerName;

class TracingSettingsTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  @Test
  void withoutAnEndpointThereIsNoTracing() {
    assertThat(read(Map.of())).isNull();
    assertThat(read(Map.of(ENDPOINT, " "))).isNull();
    assertThat(read(Map.of(ENDPOINT, "http://localhost:4318", "OTEL_SDK_DISABLED", "true")))
        .isNull();
    assertThat(Tracing.of(null, "a", NOPLogger.NOP_LOGGER)).isSameAs(Tracing.OFF);
  }

  @Test
  void theEndpointAloneIsEnough() {
    assertThat(read(Map.of(ENDPOINT, "http://localhost:4318")))
        .isEqualTo(
            new TracingSettings(
                URI.create("http://localhost:4318/v1/traces"),
                Map.of(),
                "tasknet-test",
                Map.of(),
                SamplerName.PARENTBASED_ALWAYS_ON,
                1));
  }

  @Test
  void everythingCanBeSaid() {
    Map<String, String> told = new HashMap<>();
    told.put(ENDPOINT, "https://collector.example.org/base/");
    told.put("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b+c, other = 1");
    told.put("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    told.put("OTEL_SERVICE_NAME", "mine");
    told.put("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,team=a");
    told.put("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
    told.put("OTEL_TRACES_SAMPLER_ARG", "0.25");

    TracingSettings read = read(told);

    assertThat(read)
        .isEqualTo(
            new TracingSettings(
                URI.create("https://collector.example.org/base/v1/traces"),
                Map.of("api-key", "a b+c", "other", "1"),
                "mine",
                Map.of("deployment.environment.name", "test", "team", "a"),
                SamplerName.PARENTBASED_TRACEIDRATIO,
                0.25));
    assertThat(String.valueOf(read)).doesNotContain("a b+c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OTEL_EXPORTER_OTLP_ENDPOINT | localhost:4318    | an address such as http://localhost:4318",
        "OTEL_EXPORTER_OTLP_ENDPOINT | ftp://localhost   | an address such as http://localhost:4318",
        "OTEL_EXPORTER_OTLP_PROTOCOL | grpc              | http/protobuf",
        "OTEL_RESOURCE_ATTRIBUTES    | team              | name=value",
        "OTEL_TRACES_SAMPLER         | xray              | PARENTBASED_ALWAYS_ON",
        "OTEL_TRACES_SAMPLER_ARG     | 1.5               | a number from 0 to 1",
        "OTEL_TRACES_SAMPLER_ARG     | NaN               | a number from 0 to 1",
        "OTEL_SDK_DISABLED           | maybe             | true or false"
      })
  void whatIsWrongIsNamed(String name, String value, String allowed) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(value)
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @CsvSource({"secret", "api key=secret", "=secret", "key=secret%0d%0a", "key=%zzsecret"})
  void aHeaderThatIsWrongIsNotRepeatedForItMayBeAKey(String value) {
    assertThatThrownBy(() -> read(Map.of("OTEL_EXPORTER_OTLP_HEADERS", value)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("OTEL_EXPORTER_OTLP_HEADERS")
        .hasMessageNotContaining("secret");
  }

  private static @Nullable TracingSettings read(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    TracingSettings read = TracingSettings.read(settings, "tasknet-test");
    settings.check();
    return read;
  }
}
