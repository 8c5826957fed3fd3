package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.client.ScriptedDispatcher;
import tasknet.client.SmallDispatcher;

/** The client as users start it: a process of its own. */
final class ClientProcessIT {
  @TempDir private Path folder = Path.of("");

  @Test
  void aResultIsPrintedInUtf8WhateverTheLocale() throws Exception {
    try (ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher())) {
      CommandRun run = start("aß😀", dispatcher.uri().toString(), "submit", "upper", "-", "--wait");
      assertThat(run).isEqualTo(new CommandRun(0, "ASS😀\n", ""));
    }
  }

  @Test
  void lettersThatTheLocaleCannotReadAreRefusedInsteadOfReplaced() throws Exception {
    CommandRun run = start("", "http://localhost:1", "submit", "hash", "ß");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("LANG=C.UTF-8");
  }

  @Test
  void aFailedTaskIsExitCode1() throws Exception {
    try (ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher())) {
      CommandRun run = start("", dispatcher.uri().toString(), "submit", "hash", "5", "--wait");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).hasLineCount(1).contains("invalid-payload");
    }
  }

  @Test
  void badUsageIsExitCode2() throws Exception {
    CommandRun run = start("", "http://localhost:1", "submit");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("Missing required parameters", "--help");
  }

  @Test
  void withoutADispatcherTheExitCodeIs3AndTheLineSaysWhatToDo() throws Exception {
    assertThat(start("", "http://localhost:1", "types"))
        .isEqualTo(
            new CommandRun(
                3,
                "",
                "tasknet: cannot reach the dispatcher at http://localhost:1 (connection refused);"
                    + " is it running? start it with ./tasknet up\n"));
  }

  @Test
  void noAnswerInTimeIsExitCode4() throws Exception {
    try (ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher())) {
      CommandRun run = start("", dispatcher.uri().toString(), "submit", "nope", "x", "--wait=1ms");
      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(run.err()).hasLineCount(1);
    }
  }

  private CommandRun start(String input, String url, String... arguments)
      throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(java.toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "tasknet.cli.ClientMain"));
    command.addAll(List.of(arguments));
    Path in = Files.writeString(folder.resolve("in"), input);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(DispatcherOption.VARIABLE, url);
    builder.environment().put("LC_ALL", "C");
    builder.redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
    int exitCode = builder.start().waitFor();
    return new CommandRun(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
