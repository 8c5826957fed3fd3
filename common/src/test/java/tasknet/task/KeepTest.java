package tasknet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void aTimeIsOverWhenItHasPassedSinceTheEnd() {
    assertThat(Keep.parse("1h").endedBy(NOW)).isEqualTo(NOW.minusSeconds(3600));
    assertThat(Keep.parse("PT10S")).isEqualTo(new Keep(Duration.ofSeconds(10)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"forever", "36500d", "PT2562047788015215H"})
  void foreverAndWhatIsLongerThanThereIsTimeNeverIs(String text) {
    assertThat(Keep.parse(text).endedBy(NOW)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "9s", "9999ms", "-1h", "-PT1H", "Forever", "ever", "1w"})
  void whatIsTooShortOrNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> Keep.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itIsWrittenAsItIsRead() {
    assertThat(Keep.parse(Keep.FOREVER.toString())).isEqualTo(Keep.FOREVER);
    assertThat(Keep.parse(new Keep(Duration.ofDays(30)).toString()))
        .isEqualTo(new Keep(Duration.ofDays(30)));
  }

  @Test
  void aWhileIsFromNowOrAgo() {
    When hour = When.parse("1h");
    assertThat(hour.from(NOW, "delay")).isEqualTo(NOW.plusSeconds(3600));
    assertThat(hour.before(NOW, "from")).isEqualTo(NOW.minusSeconds(3600));
    assertThat(When.parse("2026-01-31T13:00:00+01:00").before(NOW, "from")).isEqualTo(NOW);
    assertThatThrownBy(() -> When.parse("36500d").before(NOW, "from"))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("from: ")
        .hasMessageContaining("a time ago such as 15m");
    assertThatThrownBy(() -> When.parse("-PT1H").before(NOW, "from"))
        .isInstanceOf(InvalidValueException.class);
  }
}
