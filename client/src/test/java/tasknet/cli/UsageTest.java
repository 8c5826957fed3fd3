package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bogus|there is no command 'bogus'",
        "submit reverse|Missing required parameter: 'PAYLOAD'",
        "submit reverse a b|'b' is one argument too many",
        "submit reverse a --jsno|there is no option '--jsno'",
        "submit reverse a --wait=soon|'soon' is not allowed; it must be a duration",
        "submit reverse a --wait=0s|'0s' is not allowed; it must be a duration",
        "submit reverse a --timeout -1s|'-1s' is not allowed; it must be a duration",
        "submit reverse a --max-attempts many|'many' is not an int",
        "list --state done|but was 'done'",
        "list --limit 0|--limit: '0' is not allowed; it must be a whole number from 1 to 10000",
        "list --type Xx|type: 'Xx' is not allowed",
        "get 123|id: '123' is not allowed; it must be a task id of 26 characters",
        "cancel x|id: 'x' is not allowed",
        "requeue x|id: 'x' is not allowed",
        "requeue 01M859VRAGADHE87AB3Q5P391R --text|--text is for a --payload",
        "dead bogus|there is no command 'bogus'",
        "dead --type Xx|type: 'Xx' is not allowed",
        "dead requeue x|fingerprint: 'x' is not allowed; it must be 16 digits 0-9 and a-f",
        "dead delete x --yes|fingerprint: 'x' is not allowed",
        "types --url nonsense|url: 'nonsense' is not allowed; it must be an address such as",
        "types --url http://a/b|without a path",
        "types limit hash|limit: 'nothing' is not allowed; it must be --running, --starts",
        "types limit hash --reset --running 5|limit: '--reset with limits' is not allowed",
        "types pause Hash|type: 'Hash' is not allowed",
        "types pause|Missing required parameter: 'TYPE'",
        "simulate /no/such/file|there is no file /no/such/file",
        "simulate x --concurrency 0|--concurrency: '0' is not allowed",
      })
  void wrongUsageIsOneLineThatNamesIt(String line, String message) {
    CommandRun run = CommandRun.of("http://localhost:1", line.split(" "));
    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tasknet: ").contains(message).hasLineCount(1);
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    CommandRun run = CommandRun.of("http://localhost:1");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("Usage: tasknet", "submit", "simulate", "Exit codes");
  }

  @ParameterizedTest
  @CsvSource({
    "submit",
    "get",
    "list",
    "cancel",
    "requeue",
    "dead",
    "events",
    "types",
    "workers",
    "schedules",
    "simulate",
    "shell"
  })
  void everyCommandHasHelp(String command) {
    CommandRun run = CommandRun.of("http://localhost:1", command, "--help");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(run.out()).contains("Usage: tasknet " + command, "--url").doesNotContain("\u001B");
  }
}
