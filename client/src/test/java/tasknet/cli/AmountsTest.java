package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "-PT5S,0s",
    "PT0S,0s",
    "PT59.9S,59s",
    "PT1M,1m",
    "PT59M59S,59m",
    "PT1H,1h",
    "PT47H,47h",
    "PT48H,2d",
    "P400D,400d"
  })
  void anAgeIsOneNumberWithItsUnit(Duration age, String text) {
    assertThat(Amounts.age(age)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"PT0.012S,12 ms", "PT0.999S,999 ms", "PT1.25S,1.25 s", "PT90S,90 s"})
  void aLengthIsShownAsExactlyAsItMatters(Duration length, String text) {
    assertThat(Amounts.length(length)).isEqualTo(text);
  }
}
