package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.registry.Registration;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskType;
import tasknet.wire.Message;
import tasknet.wire.Payload;

class WorkerMainIT {
  @TempDir Path folder;
  private final NameserviceStandIn nameservice = new NameserviceStandIn(0);
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    nameservice.close();
  }

  private Process start(Map<String, String> environment, String... types) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(WorkerMain.class.getName());
    command.addAll(List.of(types));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("output").toFile());
    builder.environment().put("TASKNET_NAMESERVICE_URL", nameservice.uri().toString());
    builder.environment().put("TASKNET_UDP_PORT", "0");
    builder.environment().put("TASKNET_HTTP_PORT", "0");
    builder.environment().put("LOG_DIR", folder.resolve("logs").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private int exitStatus(Process process) throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("output"));
  }

  @Test
  void aTerminatedWorkerDeregistersFinishesAndExitsWithZero() throws Exception {
    Process process = start(Map.of(), "wait", "reverse");
    Registration registration = nameservice.registrations.poll(30, TimeUnit.SECONDS);
    assertThat(registration).isNotNull();
    try (TestDispatcher dispatcher = new TestDispatcher(registration.port())) {
      AttemptId attempt = TestDispatcher.newAttempt();
      dispatcher.send(
          new Message.Execute(
              attempt,
              new TaskType("wait"),
              Duration.ofSeconds(60),
              new Payload.Inline(new JsonText("1.5"))));
      dispatcher.await(Message.Accepted.class, attempt);

      process.destroy();

      await().until(() -> nameservice.paths.stream().anyMatch(path -> path.startsWith("DELETE ")));
      AttemptId late = TestDispatcher.newAttempt();
      dispatcher.send(
          new Message.Execute(
              late,
              new TaskType("reverse"),
              Duration.ofSeconds(60),
              new Payload.Inline(new JsonText("\"a\""))));
      assertThat(dispatcher.await(Message.Rejected.class, late).reason())
          .isEqualTo(Message.Rejection.DRAINING);
      assertThat(dispatcher.await(Message.Result.class, attempt).outcome())
          .isEqualTo(new Outcome.Completed(new JsonText("1.5")));
      dispatcher.send(new Message.ResultAck(attempt));
      assertThat(exitStatus(process)).isZero();

      String log = Files.readString(folder.resolve("logs/worker-reverse.wait.log"));
      assertThat(log)
          .contains(
              "attempt started task=" + attempt.task() + " attempt=1 worker=reverse.wait-",
              "attempt completed task=" + attempt.task() + " attempt=1 worker=reverse.wait-",
              "attempt rejected: draining: the worker is stopping task=" + late.task(),
              "worker stopped");
    }
  }

  @Test
  void anUnknownTypeExitsWithTwoAndListsTheKnownOnes() throws Exception {
    assertThat(exitStatus(start(Map.of(), "shout"))).isEqualTo(2);
    assertThat(output())
        .isEqualToIgnoringNewLines(
            "task type 'shout' is not known;"
                + " known are: hash, random_fact, reverse, sum, upper, wait");
  }

  @Test
  void wrongSettingsExitWithTwoAndAreAllNamed() throws Exception {
    Process process =
        start(Map.of("TASKNET_UDP_PORT", "x", "TASKNET_DRAIN_TIMEOUT", "soon"), "reverse");

    assertThat(exitStatus(process)).isEqualTo(2);
    assertThat(output()).contains("TASKNET_UDP_PORT: 'x'", "TASKNET_DRAIN_TIMEOUT: 'soon'");
  }

  @Test
  void aWorkerThatWasReplacedExitsWithOneAndSaysWhy() throws Exception {
    nameservice.status = 409;

    assertThat(exitStatus(start(Map.of("TASKNET_WORKER_ID", "twin"), "reverse"))).isOne();
    assertThat(output()).contains("another process is registered as worker twin");
  }

  @Test
  void aPortThatIsTakenExitsWithOneAndIsNamed() throws Exception {
    String taken = String.valueOf(nameservice.port());

    assertThat(exitStatus(start(Map.of("TASKNET_HTTP_PORT", taken), "reverse"))).isOne();
    assertThat(output()).contains("port " + taken + " is taken");
  }
}
