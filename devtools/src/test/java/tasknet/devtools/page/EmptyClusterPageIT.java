package tasknet.devtools.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where there is nothing yet, each page says what would be there, and how to get it. */
class EmptyClusterPageIT extends OnPage {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/tasks     | curl localhost:4000/task -d",
        "/tasks?state=DEAD | No task matches.",
        "/dead      | No task is dead.",
        "/schedules | ./tasknet schedules add",
        "/containers | Docker is not seen",
        "/          | 0 /s submitted"
      })
  void itSaysSo(String address, String words) {
    browser().open(address);
    browser().awaitText("main", words);
    assertThat(browser().barriers()).isEmpty();
  }
}
