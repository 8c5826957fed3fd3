package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tasknet bench} is stopped while it measures. */
class BenchStopIT {
  @TempDir Path folder;

  @Test
  void nothingIsLeftOfItsCluster() throws Exception {
    Path data = Files.createDirectory(folder.resolve("bench"));
    try (TasknetProcess bench =
        TasknetProcess.start(
            "bench", folder, folder, "bench", "--seconds", "3600", "--data", data.toString())) {
      ProcessHandle program = ProcessHandle.of(bench.process().pid()).orElseThrow();
      await().atMost(Duration.ofMinutes(2)).until(() -> program.children().count() == 3);
      List<ProcessHandle> services = program.children().toList();

      bench.process().terminate();

      assertThat(services).noneMatch(ProcessHandle::isAlive);
      assertThat(data).isEmptyDirectory();
    }
  }
}
