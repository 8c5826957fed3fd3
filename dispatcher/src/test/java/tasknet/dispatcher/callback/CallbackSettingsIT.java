package tasknet.dispatcher.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.runtime.Settings;
import tasknet.runtime.SettingsException;

/** Who may be told, and how it is set. */
class CallbackSettingsIT {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String HOSTS = "TASKNET_CALLBACK_HOSTS";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "https://example.org/x,           true",
    "http://example.org,              true",
    "http://EXAMPLE.org:80/,          true",
    "http://example.org:8080/,        false",
    "https://a.example.org/,          false",
    "https://a.b.example.com/,        true",
    "https://example.com/,            false",
    "https://badexample.com/,         false",
    "http://localhost:8080/,          true",
    "http://localhost/,               false",
    "http://[::1]:9/,                 true",
    "http://10.0.0.1/,                false",
  })
  void onlyWhatIsListedMayBeCalled(String url, boolean allowed) {
    CallbackSettings settings =
        read(
            Map.of(
                HOSTS,
                "example.org, *.example.com,localhost:8080,[::1]:*",
                "TASKNET_CALLBACK_SECRET",
                SECRET));
    assertThat(settings.hosts().allow(URI.create(url))).isEqualTo(allowed);
  }

  @Test
  void withoutHostsNobodyIsTold() {
    CallbackSettings settings = read(Map.of());
    assertThat(settings.hosts().isEmpty()).isTrue();
    assertThatThrownBy(() -> settings.hosts().check(URI.create("http://localhost/")))
        .hasMessageContaining("callbacks are off")
        .hasMessageContaining(HOSTS);
  }

  @Test
  void theSecretMayStandInAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    Map<String, String> environment =
        Map.of(HOSTS, "localhost:*", "TASKNET_CALLBACK_SECRET_FILE", file.toString());
    assertThat(read(environment).secret()).isNotNull().hasToString("(secret)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TASKNET_CALLBACK_HOSTS=localhost|TASKNET_CALLBACK_SECRET or",
        "TASKNET_CALLBACK_HOSTS=http://localhost|TASKNET_CALLBACK_HOSTS: 'http://localhost' is no",
        "TASKNET_CALLBACK_HOSTS=a:99999|TASKNET_CALLBACK_HOSTS: 99999 is no port",
        "TASKNET_CALLBACK_HOSTS=a,|TASKNET_CALLBACK_HOSTS: '' is no host",
        "TASKNET_CALLBACK_SECRET=topsecret|TASKNET_CALLBACK_SECRET: it",
        "TASKNET_CALLBACK_SECRET_FILE=/nowhere/at/all|TASKNET_CALLBACK_SECRET_FILE: the file",
      })
  void whatIsWrongIsToldWithoutTheSecret(String variable, String message) {
    String[] parts = variable.split("=", 2);
    assertThatThrownBy(() -> read(Map.of(parts[0], parts[1])))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("topsecret");
  }

  private static CallbackSettings read(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    CallbackSettings read = CallbackSettings.read(settings);
    settings.check();
    return read;
  }
}
