package tasknet.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class ServiceLogIT {
  private static final String TIME =
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d";

  @TempDir Path folder;

  @Test
  void anEventIsALineWithTimeLevelServiceAndMessage() throws IOException {
    try (ServiceLog log = ServiceLog.open("dispatcher", folder, LogLevel.INFO)) {
      log.logger().info("task={} worker={}", "01ARZ", "w1");
      log.logger().warn("careful");
      log.logger().debug("not shown");
    }

    List<String> lines = lines("dispatcher");
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).matches(TIME + " INFO  dispatcher task=01ARZ worker=w1");
    assertThat(lines.get(1)).matches(TIME + " WARN  dispatcher careful");
  }

  @Test
  void everyServiceOfAProcessHasItsFile() throws IOException {
    try (ServiceLog one = ServiceLog.open("dispatcher", folder, LogLevel.INFO);
        ServiceLog other =
            ServiceLog.open("worker.hash-1", folder.resolve("new"), LogLevel.DEBUG)) {
      one.logger().info("from one");
      other.logger().debug("from the other");
    }

    assertThat(lines("dispatcher")).hasSize(1);
    assertThat(Files.readAllLines(folder.resolve("new/worker.hash-1.log")))
        .singleElement()
        .asString()
        .endsWith(" DEBUG worker.hash-1 from the other");
  }

  @Test
  void aMessageCannotForgeALine() throws IOException {
    try (ServiceLog log = ServiceLog.open("dispatcher", folder, LogLevel.INFO)) {
      log.logger()
          .info(
              "{}",
              "a\n2026-11-23T17:53:26.123+00:00 INFO  dispatcher forged\r\nb\u2028c\u0085d\te");
      log.logger().info("\u001b[2Jcleared \0 \u007f \u202e");
    }

    assertThat(lines("dispatcher"))
        .extracting(line -> line.substring(29))
        .containsExactly(
            " INFO  dispatcher a\\n2026-11-23T17:53:26.123+00:00 INFO  dispatcher forged\\r\\nb"
                + "\\u2028c\\u0085d\\te",
            " INFO  dispatcher \\u001b[2Jcleared \\u0000 \\u007f \\u202e");
  }

  @Test
  void theTraceOfAnErrorIsReadableAndCannotForgeALineEither() throws IOException {
    try (ServiceLog log = ServiceLog.open("dispatcher", folder, LogLevel.INFO)) {
      log.logger()
          .error(
              "it failed",
              new IllegalStateException(
                  "bad\n2026-11-23T17:53:26.123+00:00 INFO  dispatcher forged",
                  new IOException("because\u001b")));
    }

    List<String> lines = lines("dispatcher");
    assertThat(lines.get(0)).endsWith(" ERROR dispatcher it failed");
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("    "));
    assertThat(lines)
        .contains("    java.lang.IllegalStateException: bad")
        .contains("    Caused by: java.io.IOException: because\\u001b")
        .anyMatch(line -> line.matches(" {8}at tasknet\\.logging\\.ServiceLogIT\\..*"))
        .filteredOn(line -> line.matches(TIME + ".*"))
        .hasSize(1);
  }

  @Test
  void aClosedLogCanBeOpenedAgainAndIsContinued() throws IOException {
    for (int start = 1; start <= 3; start++) {
      try (ServiceLog log = ServiceLog.open("dispatcher", folder, LogLevel.INFO)) {
        log.logger().info("start {}", start);
      }
    }

    assertThat(lines("dispatcher")).hasSize(3);
  }

  @Test
  void replicasThatShareAFolderHaveAFileEach() throws IOException {
    try (ServiceLog first = ServiceLog.open("worker-hash", folder, LogLevel.INFO);
        ServiceLog second = ServiceLog.open("worker-hash", folder, LogLevel.INFO)) {
      first.logger().info("from the first");
      second.logger().info("from the second");
    }
    try (ServiceLog again = ServiceLog.open("worker-hash", folder, LogLevel.INFO)) {
      again.logger().info("after both");
    }

    assertThat(lines("worker-hash"))
        .extracting(line -> line.substring(30))
        .containsExactly("INFO  worker-hash from the first", "INFO  worker-hash after both");
    assertThat(lines("worker-hash-2"))
        .singleElement()
        .asString()
        .endsWith(" INFO  worker-hash-2 from the second");
  }

  @Test
  void theFileOfAnotherProcessIsLeftToIt() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OneLogOfAnotherProcess.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader output = other.inputReader();
      String line = output.readLine();
      while (line != null && !line.equals("written")) { // the console may have the event, too
        line = output.readLine();
      }
      assertThat(line).isEqualTo("written");
      try (ServiceLog log = ServiceLog.open("dispatcher", folder, LogLevel.INFO)) {
        log.logger().info("from here");
      }
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(lines("dispatcher")).singleElement().asString().endsWith("from another process");
    assertThat(lines("dispatcher-2")).singleElement().asString().endsWith("from here");

    // A process that was killed has freed its name.
    ServiceLog.open("dispatcher", folder, LogLevel.INFO).close();
    assertThat(folder.resolve("dispatcher-3.log")).doesNotExist();
  }

  @Test
  void nothingIsWrittenAfterClose() throws IOException {
    ServiceLog log = ServiceLog.open("dispatcher", folder, LogLevel.INFO);
    Logger logger = log.logger();
    log.close();
    log.close();
    logger.error("too late");

    assertThat(lines("dispatcher")).isEmpty();
  }

  @Test
  void aFileThatCannotBeWrittenIsReported() throws IOException {
    Files.createDirectories(folder.resolve("dispatcher.log"));

    assertThatThrownBy(() -> ServiceLog.open("dispatcher", folder, LogLevel.INFO))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("dispatcher.log");
  }

  @Test
  void aFolderThatCannotBeMadeIsReported() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> ServiceLog.open("dispatcher", file.resolve("logs"), LogLevel.INFO))
        .isInstanceOf(IOException.class);
  }

  private List<String> lines(String service) throws IOException {
    return Files.readAllLines(folder.resolve(service + ".log"));
  }
}
