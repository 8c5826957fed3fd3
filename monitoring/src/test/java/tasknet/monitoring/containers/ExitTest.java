package tasknet.monitoring.containers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "0,   false, ended by itself,          exit code 0",
        "1,   false, exit code 1,              exit code 1",
        "3,   false, out of memory in Java's heap, out of memory in Java's heap (exit code 3)",
        "127, false, exit code 127,            exit code 127",
        "128, false, exit code 128,            exit code 128",
        "137, false, killed by signal SIGKILL, killed by signal SIGKILL (exit code 137)",
        "137, true,  out of memory,            out of memory (exit code 137)",
        "143, false, killed by signal SIGTERM, killed by signal SIGTERM (exit code 143)",
        "134, false, killed by signal SIGABRT, killed by signal SIGABRT (exit code 134)",
        "200, false, exit code 200,            exit code 200",
        "255, false, exit code 255,            exit code 255"
      })
  void theCauseIsSaidInWords(int code, boolean outOfMemory, String cause, String text) {
    Exit exit = new Exit(code, outOfMemory);

    assertThat(exit.cause()).isEqualTo(cause);
    assertThat(exit.text()).isEqualTo(text);
  }
}
