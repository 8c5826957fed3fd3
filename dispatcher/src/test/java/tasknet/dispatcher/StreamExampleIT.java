package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.task.AttemptId;

/** The example of {@code docs/stream.md} hands in lines and prints results as they come. */
@Timeout(60)
class StreamExampleIT {
  private static final Path SCRIPT =
      Path.of("..", "examples", "python-stream", "stream.py").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void theExamplePrintsResultsInTheOrderInWhichTheyCome() throws Exception {
    assumeTrue(hasPython(), "needs python3");
    Path in = Files.writeString(folder.resolve("in"), "one\nzwölf\n");
    Path out = folder.resolve("out");
    try (WiredDispatcher dispatcher = WiredDispatcher.start(folder.resolve("data"));
        ScriptedWorker worker = ScriptedWorker.open("w", 2, "hash")) {
      dispatcher.register(worker);
      ProcessBuilder builder =
          new ProcessBuilder(
                  "python3", SCRIPT.toString(), "--url", dispatcher.uri("").toString(), "hash")
              .redirectInput(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile());
      builder.environment().put("PYTHONIOENCODING", "utf-8");
      Process python = builder.start();
      try {
        AttemptId first = worker.expectExecute().attempt();
        AttemptId second = worker.expectExecute().attempt();
        worker.complete(second, "{\"a\":1}");
        worker.expectAck(second);
        worker.fail(first, "invalid-payload", false);

        assertThat(python.waitFor()).as(Files.readString(out)).isEqualTo(1); // one has failed
        assertThat(Files.readString(out, StandardCharsets.UTF_8).lines())
            .hasSize(2)
            .first()
            .isEqualTo("2 {\"a\": 1}");
        assertThat(Files.readString(out)).contains("1 failed: ");
      } finally {
        python.destroyForcibly().waitFor();
      }
    }
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
