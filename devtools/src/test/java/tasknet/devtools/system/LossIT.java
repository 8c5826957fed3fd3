package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;

/** A network that loses every third datagram between the dispatcher and a worker. */
class LossIT extends OnProject {
  private static final String LOSS = "0.3";
  private static final int TASKS = 400;

  private String worker = "";
  private String dispatcher = "";
  private String address = "";

  LossIT(ComposeProject project) {
    super(project);
  }

  @BeforeEach
  void loseDatagrams() throws Exception {
    worker = project.container("worker-wait");
    dispatcher = project.container("dispatcher");
    address = project.freeWorkers(worker).getFirst().host();
    assumeTrue(
        iptables(worker, "-L", "INPUT").exitCode() == 0,
        "a container's network cannot be entered by iptables here; root can");
    // Where they arrive, in both directions: the sender of what its own machine drops is told so.
    rule("-A", worker, "0.0.0.0/0").orFail();
    rule("-A", dispatcher, address).orFail();
  }

  @AfterEach
  void loseNone() throws Exception {
    rule("-D", worker, "0.0.0.0/0");
    rule("-D", dispatcher, address);
  }

  @Test
  void nothingIsLostWhenEveryThirdDatagramIs() throws Exception {
    Ledger ledger = new Ledger();
    List<Job> jobs = new ArrayList<>();
    Job.waits(1, TASKS, 0, 0.3).forEach(job -> jobs.add(job.withAttempts(20)));
    ledger.submitAll(project.client(), jobs);
    ledger.settle(project.client(), ComposeProject.SOON.multipliedBy(2));

    ledger.print("30 % loss", project.retransmissions());
    System.out.printf(
        "30 %% loss: the worker missed %s datagrams, the dispatcher %s%n",
        dropped(worker), dropped(dispatcher));
    ledger.assertKept();
    assertThat(ledger.acknowledged()).isEqualTo(TASKS);
    assertThat(dropped(worker)).isPositive();
    assertThat(dropped(dispatcher)).isPositive();
    assertThat(project.runs(ledger).values()).as("runs of one attempt").containsOnly(1);
  }

  private static Ran rule(String action, String container, String source) throws IOException {
    return iptables(
        container,
        action,
        "INPUT",
        "-p",
        "udp",
        "-s",
        source,
        "-m",
        "statistic",
        "--mode",
        "random",
        "--probability",
        LOSS,
        "-j",
        "DROP");
  }

  private static long dropped(String container) throws IOException {
    String rules = iptables(container, "-L", "INPUT", "-v", "-x", "-n").orFail();
    String rule = rules.lines().filter(line -> line.contains("DROP")).findFirst().orElseThrow();
    return Long.parseLong(rule.strip().replaceFirst(" .*", ""));
  }

  private static Ran iptables(String container, String... arguments) throws IOException {
    String process = ComposeProject.inspect(container).path("State").path("Pid").asString();
    List<String> command = new ArrayList<>(List.of("nsenter", "-t", process, "-n", "iptables"));
    command.addAll(List.of(arguments));
    return Ran.in(Path.of("."), Map.of(), command);
  }
}
