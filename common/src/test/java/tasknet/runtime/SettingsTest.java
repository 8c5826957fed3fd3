package tasknet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void whatIsNotGivenHasItsFallback() {
    Settings settings = new Settings(Map.of("EMPTY", "", "BLANK", "  "));

    assertThat(settings.text("A", "x")).isEqualTo("x");
    assertThat(settings.text("EMPTY", "x")).isEqualTo("x");
    assertThat(settings.port("BLANK", 4000)).isEqualTo(4000);
    assertThat(settings.optionalText("A")).isNull();
    assertThat(settings.optionalText("BLANK")).isNull();
    assertThat(settings.optionalPath("BLANK")).isNull();
    assertThat(settings.duration("A", Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.flag("A", true)).isTrue();
    settings.check();
  }

  @Test
  void whatIsGivenIsRead() {
    Settings settings =
        new Settings(
            Map.of(
                "TEXT", " some text ",
                "PORT", "0",
                "COUNT", "17",
                "LONG", "9000000000",
                "FLAG", "True",
                "WAIT", "500ms",
                "URI", "http://nameservice:5001",
                "FILE", "a/b.json",
                "UNIT", "minutes",
                "BIND", "0.0.0.0"));

    assertThat(settings.address("BIND", InetAddress.getLoopbackAddress()).isAnyLocalAddress())
        .isTrue();
    assertThat(settings.text("TEXT", "x")).isEqualTo("some text");
    assertThat(settings.optionalText("TEXT")).isEqualTo("some text");
    assertThat(settings.port("PORT", 4000)).isZero();
    assertThat(settings.integer("COUNT", 1, 1, 17)).isEqualTo(17);
    assertThat(settings.wholeNumber("LONG", 1, 0, Long.MAX_VALUE)).isEqualTo(9_000_000_000L);
    assertThat(settings.flag("FLAG", false)).isTrue();
    assertThat(settings.duration("WAIT", Duration.ofSeconds(3))).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.httpUri("URI", "http://localhost:1"))
        .isEqualTo(URI.create("http://nameservice:5001"));
    assertThat(settings.path("FILE", "x")).isEqualTo(Path.of("a", "b.json"));
    assertThat(settings.optionalPath("FILE")).isEqualTo(Path.of("a", "b.json"));
    assertThat(settings.choice("UNIT", TimeUnit.SECONDS)).isEqualTo(TimeUnit.MINUTES);
    settings.check();
  }

  @Test
  void allErrorsAreReportedTogetherWithWhatIsAllowed() {
    Settings settings =
        new Settings(
            Map.of("PORT", "70000", "WAIT", "soon", "FLAG", "yes", "UNIT", "weeks", "OK", "1"));
    settings.port("PORT", 4000);
    settings.duration("WAIT", Duration.ofSeconds(1));
    settings.flag("FLAG", false);
    settings.choice("UNIT", TimeUnit.SECONDS);
    settings.integer("OK", 1, 1, 1);
    settings.require(false, "A must be less than B");
    settings.require(true, "never shown");

    assertThatThrownBy(settings::check)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("PORT: '70000' is not allowed; it must be a whole number from 0 to")
        .hasMessageContaining("WAIT: 'soon'")
        .hasMessageContaining("30s")
        .hasMessageContaining("FLAG: 'yes' is not allowed; it must be true or false")
        .hasMessageContaining("UNIT: 'weeks'")
        .hasMessageContaining("NANOSECONDS, MICROSECONDS")
        .hasMessageContaining("A must be less than B")
        .extracting(e -> String.valueOf(e.getMessage()).lines().count())
        .isEqualTo(5L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "99999999999999999999", "0x10", "ten", "1 000"})
  void aNumberThatIsNoneIsRefused(String given) {
    refused(given, settings -> settings.integer("NAME", 5, 0, 100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nameservice:5001", "ftp://x", "http://", "http:///a", "http://a b", "x"})
  void anAddressThatIsNoneIsRefused(String given) {
    refused(given, settings -> settings.httpUri("NAME", "http://localhost:1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "-5s", "PT0S", "PT-1S", "5", "5 s", "9999999999s", "5w"})
  void aDurationThatIsNoneIsRefused(String given) {
    refused(given, settings -> settings.duration("NAME", Duration.ofSeconds(1)));
  }

  @Test
  void aPathThatIsNoneIsRefused() {
    refused("a\0b", settings -> settings.path("NAME", "x"));
    refused("a\0b", settings -> settings.optionalPath("NAME"));
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,PT0.5S",
    "30s,PT30S",
    "5m,PT5M",
    "2h,PT2H",
    "7d,PT168H",
    "PT1.5S,PT1.5S",
    "P1D,PT24H",
    "0s,PT0S"
  })
  void durationsHaveAShortForm(String text, Duration expected) {
    assertThat(Settings.parseDuration(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "1", "1.5s", "PT", "PT99999999999999999999S", "-1s", "１s"})
  void otherTextIsNoDuration(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.parseDuration(text));
  }

  private static void refused(String given, Consumer<Settings> read) {
    Settings settings = new Settings(Map.of("NAME", given));
    read.accept(settings);
    assertThatThrownBy(settings::check)
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("NAME: '" + given + "' is not allowed; it must be ");
  }
}
