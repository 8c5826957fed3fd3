package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.client.ScriptedDispatcher;
import tasknet.client.SmallDispatcher;
import tasknet.http.Json;
import tasknet.task.DeadPage;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.testkit.TestClock;

/** Two dead tasks of type hash, one of type sum, and one that was completed. */
final class DeadCommandsIT {
  private static final String FIRST = SmallDispatcher.id(1).toString();
  private static final String COMPLETED = SmallDispatcher.id(4).toString();
  private static final String UNKNOWN = SmallDispatcher.id(99).toString();
  private static final String GROUP = "d63b1337f41f7e0f";

  private final ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher());

  @BeforeEach
  void submit() {
    run("submit", "hash", "5");
    run("submit", "hash", "6");
    run("submit", "sum", "x");
    run("submit", "hash", "x");
  }

  @AfterEach
  void stop() {
    dispatcher.close();
  }

  @Test
  void deadTasksAreATableOfGroups() {
    assertThat(run("dead").out())
        .isEqualTo(
            """
            FINGERPRINT       TYPE  TASKS  LAST  ERROR
            %s  hash      2    0s  invalid-payload: not a text
            ca6c23d9d4688d2a  sum       1    0s  invalid-payload: 'x' is not a number
            """
                .formatted(GROUP));
    assertThat(run("dead", "--limit", "1").out())
        .endsWith("there are more; --limit shows more than 1\n")
        .hasLineCount(3);
    assertThat(run("dead", "--type", "sum").out()).contains("sum").hasLineCount(2);
    assertThat(run("dead", "--type", "none").out()).isEqualTo("no such dead tasks\n");
    DeadPage page = Json.mapper().readValue(run("dead", "--json").out(), DeadPage.class);
    assertThat(page.groups()).hasSize(2);
    assertThat(run("get", FIRST).out()).contains("\ngroup     " + GROUP + " (see: tasknet dead)");
  }

  @Test
  void aGroupIsRequeued() {
    assertThat(run("dead", "requeue", GROUP))
        .isEqualTo(new CommandRun(0, "requeued 2 tasks\n", ""));
    assertThat(run("dead", "requeue", GROUP))
        .isEqualTo(
            new CommandRun(
                1, "", "tasknet: there is no dead task of the fingerprint " + GROUP + "\n"));
  }

  @Test
  void aTaskIsRequeuedAsItIsOrWithAnotherPayload() {
    assertThat(run("requeue", FIRST)).isEqualTo(new CommandRun(0, "requeued " + FIRST + "\n", ""));
    assertThat(run("requeue", FIRST))
        .isEqualTo(new CommandRun(1, "", "tasknet: task " + FIRST + " is QUEUED, not DEAD\n"));
    assertThat(run("requeue", UNKNOWN).err()).contains("there is no task " + UNKNOWN);

    String second = SmallDispatcher.id(2).toString();
    CommandRun edited = run("requeue", second, "--payload", "7", "--text", "--json");
    TaskStatus task = Json.mapper().readValue(edited.out(), TaskStatus.class);
    assertThat(task.state()).isEqualTo(TaskState.QUEUED);
    assertThat(task.payload()).hasToString("\"7\"");
    String third = SmallDispatcher.id(3).toString();
    CommandRun read =
        CommandRun.withInput("[1]\n", url(), "requeue", third, "--payload", "-", "--json");
    assertThat(read.out()).contains("\"payload\":[1]");
  }

  @Test
  void aGroupOrATaskIsDeletedWithoutAQuestionWhenYesIsSaid() {
    assertThat(run("dead", "delete", FIRST, "--yes"))
        .isEqualTo(new CommandRun(0, "deleted " + FIRST + "\n", ""));
    assertThat(run("dead", "delete", "--yes", GROUP))
        .isEqualTo(
            new CommandRun(0, "deleted 1 task; the dispatcher goes on with the others\n", ""));
    assertThat(run("dead", "delete", COMPLETED, "--yes").err()).contains("is COMPLETED, not DEAD");
    assertThat(run("dead", "delete", UNKNOWN, "--yes").err()).contains("there is no task");
    assertThat(run("dead", "delete", GROUP, "--yes").err()).contains("there is no dead task");
  }

  @ParameterizedTest
  @CsvSource({"y, 0, 2", "YES, 0, 2", "n, 1, 3", "'', 1, 3"})
  void aPersonIsAskedBeforeAGroupIsDeleted(String answer, int exitCode, int left) {
    CommandRun run = asked(answer + "\n", "dead", "delete", GROUP);

    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.out())
        .startsWith("Delete 2 tasks of type hash that died of invalid-payload: not a text? [y/N] ");
    assertThat(run("list").out()).hasLineCount(exitCode == 0 ? 1 + left : 1 + 4);
  }

  @Test
  void whereNobodyCanBeAskedYesIsNeeded() {
    CommandRun run = CommandRun.withInput("y\n", url(), "dead", "delete", GROUP);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("--yes");
    assertThat(CommandRun.withInput("dead delete " + FIRST, url(), "shell").err())
        .contains("--yes");
    assertThat(run("list").out()).hasLineCount(1 + 4);
  }

  private CommandRun asked(String input, String... arguments) {
    TestClock clock = new TestClock();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CommandEnvironment environment =
        new CommandEnvironment(
            Map.of(DispatcherOption.VARIABLE, url()),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            true,
            clock,
            clock);
    int exitCode = ClientMain.commandLine(environment).execute(arguments);
    return new CommandRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(url(), arguments);
  }

  private String url() {
    return dispatcher.uri().toString();
  }
}
