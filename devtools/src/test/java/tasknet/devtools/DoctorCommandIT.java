package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.http.Json;
import tasknet.testkit.TestClock;
import tools.jackson.databind.JsonNode;

class DoctorCommandIT {
  @TempDir private Path folder = Path.of("");

  private final Printed printed = new Printed();

  @Test
  void everyCheckHasALineAndWhatIsNotWellAnAdvice() {
    doctor(Map.of("PATH", "", "LOG_DIR", folder.toString()));

    List<String> lines = all().lines().toList();
    assertThat(lines)
        .contains("ok    Log folder     " + folder + " can be written to")
        .contains("warn  Docker         there is no docker on the PATH");
    assertThat(lines.stream().filter(line -> line.matches("(ok|warn|fail) .*"))).hasSize(15);
    for (int index = 0; index < lines.size(); index++) {
      if (lines.get(index).matches("(warn|fail) .*")) {
        assertThat(lines.get(index + 1)).startsWith("                     → ");
      }
    }
  }

  @Test
  void aFailureIsTheExitCode() throws Exception {
    String file = Files.createFile(folder.resolve("file")).toString();

    assertThat(doctor(Map.of("PATH", "", "LOG_DIR", file), "--json")).isOne();

    JsonNode report = Json.mapper().readTree(all());
    assertThat(report.path("ok").booleanValue()).isFalse();
    assertThat(report.path("checks").values())
        .anySatisfy(
            check -> {
              assertThat(check.path("check").asString()).isEqualTo("Log folder");
              assertThat(check.path("result").asString()).isEqualTo("FAIL");
              assertThat(check.path("found").asString()).isEqualTo(file + " is not a folder");
              assertThat(check.path("advice").asString()).contains("LOG_DIR");
            });
  }

  private int doctor(Map<String, String> variables, String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "doctor";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return TasknetMain.run(printed.environment(variables, new TestClock()), arguments);
  }

  private String all() {
    return printed.out() + printed.err();
  }
}
