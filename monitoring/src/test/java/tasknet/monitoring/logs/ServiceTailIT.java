package tasknet.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.monitoring.logs.LogTexts.START;
import static tasknet.monitoring.logs.LogTexts.info;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTailIT {
  private final List<String> problems = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void whatCannotBeReadIsReportedAndPassedOver() throws IOException {
    Path unreadable = Files.createDirectory(folder.resolve("a.log")); // opens, and cannot be read
    Path deleted = folder.resolve("a.2026-11-22.1.log");
    Path good =
        Files.writeString(folder.resolve("a.2026-11-22.0.log"), info(1, "a", "still there"));

    try (ServiceTail tail = tail(unreadable, deleted, good)) {
      assertThat(tail.step()).isEqualTo(ServiceTail.Step.ENTRY);
      assertThat(tail.entry().message()).isEqualTo("still there");
      assertThat(tail.step()).isEqualTo(ServiceTail.Step.FINISHED);
      assertThat(tail.place()).isNull();
    }
    assertThat(problems).singleElement().asString().startsWith("a.log cannot be read: ");
  }

  @Test
  void aFileThatBecomesShorterIsReported() throws IOException {
    Path file = Files.writeString(folder.resolve("a.log"), info(1, "a", "one"));

    try (ServiceTail tail = tail(file)) {
      assertThat(tail.place()).isNotNull();
      Files.writeString(file, "");
      assertThat(tail.step()).isEqualTo(ServiceTail.Step.FINISHED);
    }
    assertThat(problems)
        .containsExactly(
            "a.log cannot be read: java.io.EOFException: it became shorter while it was read");
  }

  private ServiceTail tail(Path... paths) {
    List<LogFile> files = new ArrayList<>();
    for (Path path : paths) {
      files.add(new LogFile(path, "a", "", 0, START, 0, null));
    }
    return new ServiceTail("a", files, new ReadBudget(LogSearch.MAX_READ), problems::add);
  }
}
