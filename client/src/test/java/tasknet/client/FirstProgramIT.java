package tasknet.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program in this module's README is true. */
@Timeout(60)
class FirstProgramIT {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(import .*?)```.*?It prints\n\n```\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void itCompilesAndPrintsWhatTheReadmeSays() throws Exception {
    Matcher readme = PROGRAM.matcher(Files.readString(Path.of("README.md")));
    assertThat(readme.find()).isTrue();
    Path source = folder.resolve("FirstProgram.java");
    Files.writeString(source, readme.group(1));

    try (ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher())) {
      ByteArrayOutputStream errors = new ByteArrayOutputStream();
      String path = System.getProperty("java.class.path");
      int compiled =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, errors, "-proc:none", "-cp", path, source.toString());
      assertThat(compiled).describedAs(errors.toString(UTF_8)).isZero();
      Process run =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  path + System.getProperty("path.separator") + folder,
                  "FirstProgram",
                  dispatcher.uri().toString())
              .redirectErrorStream(true)
              .start();
      String printed = new String(run.getInputStream().readAllBytes(), UTF_8);

      assertThat(printed.replace("\r\n", "\n")).isEqualTo(readme.group(2));
      assertThat(run.waitFor()).isZero();
    }
  }
}
