package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasknet.client.ScriptedDispatcher;
import tasknet.client.SmallDispatcher;

/** {@code tasknet schedules} and what belongs to it. */
class SchedulesCommandIT {
  private final ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher());

  @AfterEach
  void stop() {
    dispatcher.close();
  }

  @Test
  void aScheduleIsAddedAndShown() {
    CommandRun added =
        run(
            "schedules",
            "add",
            "nightly",
            "30 2 * * *",
            "hash",
            "[1]",
            "--zone",
            "Europe/Berlin",
            "--catch-up",
            "all",
            "--label",
            "a=b",
            "--deadline",
            "2h");

    assertThat(added.exitCode()).isZero();
    assertThat(added.out().lines())
        .containsSequence(
            "name      nightly",
            "cron      30 2 * * *",
            "zone      Europe/Berlin",
            "catch-up  all",
            "task      {\"type\":\"hash\",\"payload\":[1],\"deadline\":\"PT2H\","
                + "\"labels\":{\"a\":\"b\"}}")
        .anyMatch(line -> line.startsWith("next      2026-03-29T03:00+02:00 (in "))
        .contains("last      -");
    assertThat(run("schedules", "show", "nightly").out()).isEqualTo(added.out());
    assertThat(run("schedules", "show", "nightly", "--json").out())
        .startsWith("{\"name\":\"nightly\"")
        .hasLineCount(1);
  }

  @Test
  void schedulesAreATable() {
    assertThat(run("schedules").out()).isEqualTo("no schedules\n");
    for (String name : new String[] {"a", "b", "c"}) {
      run("schedules", "add", name, "0 0 * * *", "hash", "x");
    }
    run("schedules", "pause", "b");

    assertThat(run("schedules").out())
        .isEqualTo(
            """
            NAME  CRON       ZONE  NEXT                    LAST TASK
            a     0 0 * * *  UTC   2026-03-29T03:00+02:00  -
            b     0 0 * * *  UTC   paused                  -
            c     0 0 * * *  UTC   2026-03-29T03:00+02:00  -
            """);
    assertThat(run("schedules", "--json").out())
        .startsWith("{\"schedules\":[")
        .contains("\"name\":\"c\"")
        .hasLineCount(1);
  }

  @Test
  void aScheduleIsReplacedPausedResumedAndDeleted() {
    run("schedules", "add", "a", "0 0 * * *", "hash", "x");
    CommandRun taken = run("schedules", "add", "a", "1 0 * * *", "hash", "x");
    assertThat(taken.exitCode()).isEqualTo(1);
    assertThat(taken.err()).contains("name-taken");
    assertThat(run("schedules", "add", "a", "1 0 * * *", "hash", "x", "--replace").out())
        .contains("1 0 * * *");
    assertThat(run("schedules", "pause", "a").out()).contains("next      paused");
    assertThat(run("schedules", "resume", "a").out()).contains("next      2026-03-29");
    assertThat(run("schedules", "delete", "a")).isEqualTo(new CommandRun(0, "deleted a\n", ""));
    CommandRun unknown = new CommandRun(1, "", "tasknet: there is no schedule a\n");
    for (String command : new String[] {"show", "pause", "resume", "delete"}) {
      assertThat(run("schedules", command, "a")).isEqualTo(unknown);
    }
  }

  @Test
  void wrongUsageIsToldInOneLine() {
    CommandRun rule = run("schedules", "add", "a", "0 0 * * *", "hash", "x", "--catch-up", "some");
    assertThat(rule.exitCode()).isEqualTo(2);
    assertThat(rule.err()).contains("one of none, last, all").hasLineCount(1);
    assertThat(run("schedules", "bogus").err()).contains("there is no command 'bogus'");
    assertThat(run("schedules", "add", "--help").out())
        .contains("NAME", "CRON", "PAYLOAD", "--catch-up=RULE", "--url");
    assertThat(CommandRun.of("http://localhost:1", "schedules", "show", "a", "--url", url()).err())
        .contains("there is no schedule a");
  }

  @Test
  void aTaskShowsItsCallback() {
    CommandRun submitted = run("submit", "nope", "x", "--callback", "https://example.org/done");
    assertThat(submitted.exitCode()).isZero();
    assertThat(run("get", submitted.out().strip()).out())
        .contains("callback  https://example.org/done pending\n");
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(url(), arguments);
  }

  private String url() {
    return dispatcher.uri().toString();
  }
}
