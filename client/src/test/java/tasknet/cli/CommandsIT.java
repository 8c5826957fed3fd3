package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.client.ScriptedDispatcher;
import tasknet.client.SmallDispatcher;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.JsonText;
import tasknet.task.TaskPage;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;

final class CommandsIT {
  private static final String FIRST = SmallDispatcher.id(1).toString();
  private static final String UNKNOWN = SmallDispatcher.id(99).toString();

  private final ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher());

  @AfterEach
  void stop() {
    dispatcher.close();
  }

  @Test
  void submitPrintsTheId() {
    assertThat(run("submit", "reverse", "OpenAI")).isEqualTo(new CommandRun(0, FIRST + "\n", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "submit reverse OpenAI --wait|IAnepO",
        "submit --wait reverse OpenAI|IAnepO",
        "submit reverse --wait 5s OpenAI|IAnepO",
        "submit reverse --wait=5 OpenAI|IAnepO",
        "submit sum [1,2,3] --wait|6",
        "submit sum 0.1,0.2 --wait|0.3",
        "submit upper 12 --text --wait|12",
        "submit wait --wait -- 0.05|0.05",
      })
  void submitAndWaitPrintsABareTextOrJson(String line, String result) {
    assertThat(run(line.split(" "))).isEqualTo(new CommandRun(0, result + "\n", ""));
  }

  @Test
  void submitHandsOnTheTermsOfATask() {
    CommandRun run =
        run(
            ("submit nope x --deadline 5m --delay 2s --priority 9 --label customer=4711"
                    + " --label url=a:b=c --json")
                .split(" "));
    assertThat(run.out())
        .contains("\"deadline\":\"2026-01-01T00:05:00Z\"")
        .contains("\"priority\":9")
        .contains("\"labels\":{\"customer\":\"4711\",\"url\":\"a:b=c\"}");

    assertThat(run("get", FIRST).out())
        .containsPattern("deadline +2026-01-01T00:05:00Z")
        .containsPattern("priority +9")
        .containsPattern("labels +customer:4711, url:a:b=c");
    assertThat(run("list", "--label", "customer=4711").out()).contains(FIRST);
    assertThat(run("list", "--label", "customer=4712").out()).isEqualTo("no such tasks\n");
  }

  @Test
  void submitWithAKeyTwiceIsOneTask() {
    String[] line = {"submit", "nope", "x", "--idempotency-key", "k"};

    assertThat(run(line)).isEqualTo(run(line)).isEqualTo(new CommandRun(0, FIRST + "\n", ""));
    assertThat(run("submit", "reverse", "ab", "--idempotency-key", "other", "--wait").out())
        .isEqualTo("ba\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--deadline soon|an instant such as 2026-01-31T12:00:00Z, or a time from now",
        "--delay -1s|a duration above zero",
        "--run-at 5m|an instant such as 2026-01-31T12:00:00Z",
        "--priority high|high",
        "--label customer|customer",
      })
  void aTermThatIsWrongIsNamed(String option, String allowed) {
    String[] words = option.split(" ", -1);
    CommandRun run = run("submit", "hash", "x", words[0], words[1]);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(words[0]).contains(allowed);
  }

  @Test
  void aDelayAndAStartAreNotTakenTogether() {
    CommandRun run =
        run("submit", "hash", "x", "--delay", "5m", "--run-at", "2026-01-31T12:00:00Z");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--run-at").contains("left out when there is a --delay");
  }

  @Test
  void thePayloadMayComeFromTheInput() {
    CommandRun run = CommandRun.withInput("añ😀\n", url(), "submit", "reverse", "-", "--wait");
    assertThat(run).isEqualTo(new CommandRun(0, "😀ña\n", ""));
  }

  @Test
  void jsonIsTheWholeTaskOnOneLine() {
    CommandRun run = run("submit", "sum", "[0.10, 0.20]", "--wait", "--json");
    TaskStatus task = Json.mapper().readValue(run.out(), TaskStatus.class);
    assertThat(run.out()).hasLineCount(1);
    assertThat(task.state()).isEqualTo(TaskState.COMPLETED);
    assertThat(task.payload()).isEqualTo(new JsonText("[0.10,0.20]"));
    assertThat(task.result()).isEqualTo(new JsonText("0.3"));
  }

  @Test
  void aFailedTaskIsOneLineAndExitCode1() {
    CommandRun run = run("submit", "hash", "5", "--wait");
    assertThat(run)
        .isEqualTo(
            new CommandRun(
                1, "", "tasknet: the task " + FIRST + " failed: invalid-payload: not a text\n"));
    assertThat(run("get", FIRST).exitCode()).isEqualTo(1);
  }

  @Test
  void noAnswerInTimeIsExitCode4AndTellsWhatIsMissing() {
    CommandRun run = run("submit", "nope", "x", "--wait=1ms");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .hasLineCount(1)
        .contains(FIRST, "QUEUED", "a live worker of type nope", "tasknet get " + FIRST);
    assertThat(run("get", FIRST, "--wait=1ms").exitCode()).isEqualTo(4);
    assertThat(run("get", FIRST).exitCode()).isEqualTo(0);
  }

  @Test
  void aMalformedTypeIsWrongUsage() {
    CommandRun run = run("submit", "BAD", "x");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("type: 'BAD' is not allowed");
  }

  @Test
  void getShowsStateResultAndAttempts() {
    run("submit", "reverse", "OpenAI");
    CommandRun run = run("get", FIRST);
    assertThat(run.exitCode()).isEqualTo(0);
    assertThat(run.out().lines())
        .contains(
            "id        " + FIRST,
            "state     COMPLETED",
            "payload   \"OpenAI\"",
            "result    \"IAnepO\"",
            "attempts  1 of 3",
            "  1  worker-1  completed after 12 ms");
    assertThat(Json.mapper().readValue(run("get", FIRST, "--json").out(), TaskStatus.class).type())
        .hasToString("reverse");
  }

  @Test
  void anUnknownTaskIsExitCode1() {
    CommandRun expected = new CommandRun(1, "", "tasknet: there is no task " + UNKNOWN + "\n");
    assertThat(run("get", UNKNOWN)).isEqualTo(expected);
    assertThat(run("get", UNKNOWN, "--wait")).isEqualTo(expected);
    assertThat(run("cancel", UNKNOWN)).isEqualTo(expected);
  }

  @Test
  void cancelTellsWhatTheTaskWas() {
    run("submit", "nope", "x");
    run("submit", "reverse", "x");
    assertThat(run("cancel", FIRST))
        .isEqualTo(new CommandRun(0, "cancelled " + FIRST + " (it was QUEUED)\n", ""));
    CommandRun ended = run("cancel", SmallDispatcher.id(2).toString());
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err()).hasLineCount(1).contains("has ended: it is COMPLETED");
  }

  @Test
  void listIsATableThatSaysWhenItIsEmptyOrCutOff() {
    assertThat(run("list").out()).isEqualTo("no tasks\n");
    run("submit", "reverse", "OpenAI");
    run("submit", "hash", "5");
    assertThat(run("list").out())
        .isEqualTo(
            """
            ID                          TYPE     STATE      AGE  RESULT OR ERROR
            %s  hash     DEAD        0s  invalid-payload: not a text
            %s  reverse  COMPLETED   0s  "IAnepO"
            """
                .formatted(SmallDispatcher.id(2), FIRST));
    assertThat(run("list", "--limit", "1").out()).contains("there are more").hasLineCount(3);
    assertThat(run("list", "--state", "dead").out()).contains("hash").hasLineCount(2);
    assertThat(run("list", "--type", "nothing").out()).isEqualTo("no such tasks\n");
    assertThat(run("list", "--state=DEAD", "--state=completed").out()).hasLineCount(3);
    assertThat(run("list", "--text", "OpenAI").out()).contains("reverse").hasLineCount(2);
    assertThat(run("list", "--worker", "worker-1", "--from=1h").out()).hasLineCount(3);
    assertThat(run("list", "--worker", "worker-2").out()).isEqualTo("no such tasks\n");
    assertThat(run("list", "--to", "yesterday").err())
        .contains("--to", "'yesterday' is not allowed", "a time ago such as 15m");
    TaskPage page = Json.mapper().readValue(run("list", "--json").out(), TaskPage.class);
    assertThat(page.tasks()).hasSize(2);
  }

  @Test
  void aLongListIsReadPageByPage() {
    for (int count = 0; count < 105; count++) {
      run("submit", "hash", "x");
    }
    CommandRun run = run("list", "--limit=103");
    assertThat(run.out()).hasLineCount(1 + 103 + 1).contains(SmallDispatcher.id(3).toString());
  }

  @Test
  void workersAndTypesAreTables() {
    assertThat(run("workers").out())
        .isEqualTo(
            """
            WORKER         TYPES       ADDRESS          HOSTNAME  SLOTS  RUNNING  FREE  RTT MS  STATE
            worker-hash-1  hash,upper  172.18.0.5:6000  3f2a          4        1     3     1.2  ok
            worker-sum-1   sum         172.18.0.6:6000  -             4        0     4       -  suspect
            """);
    assertThat(run("workers", "--counts").out())
        .isEqualTo(
            """
            WORKER         COMPLETED  FAILED  LOST  SENT  SENT AGAIN  STARTED
            worker-hash-1       1000      20     3  1030           7  2026-11-19T10:00:00Z
            worker-sum-1           0       0     0     0           0  -
            """);
    assertThat(run("types").out()).startsWith("TYPE  ").contains("\nreverse ").hasLineCount(7);
    assertThat(run("types").out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(run("types").out()).containsPattern("\nreverse .* 12\\.0/s +7 ms ");
    assertThat(run("workers", "--json").out()).startsWith("{\"workers\":[").hasLineCount(1);
    assertThat(run("types", "--json").out()).startsWith("{\"types\":[").hasLineCount(1);
  }

  @Test
  void getWithATracePrintsTheStepsWithMillisecondsSinceTheFirst() {
    run("submit", "reverse", "OpenAI");

    assertThat(run("get", FIRST, "--trace").out())
        .isEqualTo(
            """
                  MS  STEP           ATTEMPT  WORKER         DETAIL
               0.000  received             -  -
               0.498  begun                1  worker-hash-1
              60.871  retransmitted        1  worker-hash-1  execute, 7 times until 1160.871
            1175.310  result               1  worker-hash-1  ran for 12.204 ms
            1175.850  delivered            -  -
            some steps are not kept
            """);
    assertThat(run("get", FIRST, "--trace", "--json").out())
        .startsWith("{\"task\":\"" + FIRST + "\",\"complete\":false,\"steps\":[{")
        .contains("\"kind\":\"result\",\"attempt\":1", "\"ran\":\"PT0.012204S\"")
        .hasLineCount(1);
    assertThat(run("get", UNKNOWN, "--trace").err()).contains("there is no task " + UNKNOWN);
  }

  @Test
  void theAddressMayStandBeforeOrAfterTheCommand() {
    assertThat(CommandRun.of("http://localhost:1", "--url", url(), "types").exitCode()).isZero();
    assertThat(CommandRun.of("http://localhost:1", "types", "--url", url()).exitCode()).isZero();
    CommandRun wrong = run("--url", "http://localhost:1", "types");
    assertThat(wrong.exitCode()).isEqualTo(3);
    assertThat(wrong.err()).contains("http://localhost:1 (connection refused); is it running?");
  }

  @Test
  void aRefusalIsOneLineAndExitCode1() {
    try (ScriptedDispatcher full =
        new ScriptedDispatcher(
            routes ->
                routes.post(
                    "/tasks",
                    context -> {
                      throw new ProblemException(
                          Problem.of(429, "queue-full", "Queue full", "100000 tasks wait"));
                    }))) {
      assertThat(CommandRun.of(full.uri().toString(), "submit", "hash", "x"))
          .isEqualTo(
              new CommandRun(
                  1, "", "tasknet: the dispatcher refused: 100000 tasks wait (queue-full)\n"));
    }
  }

  @Test
  void simulateComparesEveryAnswer(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tasks.json");
    String good = "{\"type\":\"reverse\",\"payload\":\"ab\",\"expect\":{\"result\":\"ba\"}}";
    Files.writeString(file, "{\"tasks\":[" + good + "]}");
    CommandRun met = run("simulate", file.toString());
    assertThat(met.exitCode()).isZero();
    assertThat(met.out()).contains("reverse     1            1           0").endsWith("0 ms\n");
    String bad = "{\"type\":\"\",\"payload\":1,\"expect\":{\"error\":\"no-worker\"}}";
    Files.writeString(file, "{\"tasks\":[" + good + "," + bad + "]}");
    CommandRun unmet = run("simulate", file.toString(), "--concurrency", "1");
    assertThat(unmet.exitCode()).isEqualTo(1);
    assertThat(unmet.out())
        .contains("task 2 (\"\"): expected the error no-worker, got the error malformed (type:")
        .contains("1 of 2 tasks answered in another way than expected");
    CommandRun json = run("simulate", file.toString(), "--json");
    assertThat(json.out()).hasLineCount(1).startsWith("{\"tasks\":2,");
  }

  @Test
  void theShellRunsCommandsLineByLine() {
    String input =
        """
        submit reverse "a b" --wait
        submit upper 'say "ß"' --wait

        # a comment
        tasknet submit sum [1,2] --wait
        submit reverse -
        submit "reverse
        bogus
        exit
        types
        """;
    CommandRun run = CommandRun.withInput(input, url(), "shell");
    assertThat(run.out()).isEqualTo("b a\nSAY \"SS\"\n3\n");
    assertThat(run.err().lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("the shell reads its commands from there"))
        .anyMatch(line -> line.contains("a closing quote is missing"))
        .anyMatch(line -> line.contains("there is no command 'bogus'"));
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void typesArePausedResumedAndLimited() {
    assertThat(run("types", "pause", "hash").out()).isEqualTo("hash: paused\n");
    String given = "types limit hash --running 5 --starts-per-second 2.50 --waiting 1000";
    assertThat(run(given.split(" ")).out())
        .isEqualTo("hash: paused, 5 at once, 2.5/s, 1000 waiting\n");
    assertThat(run("types").out().lines())
        .anyMatch(line -> line.endsWith("  paused, 5 at once, 2.5/s, 1000 waiting"));
    assertThat(run("types", "resume", "hash", "--json").out())
        .startsWith("{\"type\":\"hash\",")
        .contains("\"paused\":false")
        .hasLineCount(1);
    assertThat(run("types", "limit", "hash", "--reset").out())
        .isEqualTo("hash: not paused, no limits\n");
    assertThat(CommandRun.of("http://localhost:1", "types", "--url", url(), "pause", "sum").out())
        .isEqualTo("sum: paused\n");
  }

  @Test
  void theShellUsesTheAddressThatItWasGiven() {
    CommandRun run = CommandRun.withInput("workers", "http://localhost:1", "shell", "--url", url());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("WORKER");
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(url(), arguments);
  }

  private String url() {
    return dispatcher.uri().toString();
  }
}
