package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The client's image, as {@code docker compose run --rm client …}. */
class ClientIT extends OnProject {
  ClientIT(ComposeProject project) {
    super(project);
  }

  @Test
  void submitWithWaitPrintsTheResult() throws Exception {
    Ran submit = project.compose("run", "--rm", "client", "submit", "reverse", "OpenAI", "--wait");

    assertThat(submit.orFail()).isEqualTo("IAnepO");
  }

  @Test
  void theSimulationIsAnsweredAsExpected() throws Exception {
    String simulated = project.compose("run", "--rm", "client", "simulate").orFail();

    System.out.println(simulated.lines().toList().getLast());
    assertThat(simulated).contains("all 110 tasks answered as expected in ");
  }

  @Test
  void aCommandThatFailsEndsWithItsExitCode() throws Exception {
    Ran failed = project.compose("run", "--rm", "client", "submit", "wait", "never", "--wait");

    assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
    assertThat(failed.errors()).contains("wanted a number of seconds from 0 to 3600");
  }
}
