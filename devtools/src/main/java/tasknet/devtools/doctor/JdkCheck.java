package tasknet.devtools.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import tasknet.devtools.doctor.Finding.Fail;
import tasknet.devtools.doctor.Finding.Ok;

/**
 * The JDK that Tasknet is built with and runs in.
 *
 * @param feature its number, 25 for JDK 25
 * @param version its whole version
 */
public record JdkCheck(int feature, String version, Path home) implements Check {
  private static final int WANTED = 25;

  /** That of this process. */
  public static JdkCheck ofProcess() {
    return new JdkCheck(
        Runtime.version().feature(),
        Runtime.version().toString(),
        Path.of(System.getProperty("java.home")));
  }

  @Override
  public String name() {
    return "JDK";
  }

  @Override
  public Finding look() {
    boolean compiler =
        Files.exists(home.resolve("bin/javac")) || Files.exists(home.resolve("bin/javac.exe"));
    String found = version + " in " + home;
    if (feature != WANTED || !compiler) {
      return new Fail(
          found + (compiler ? "" : ", without a compiler"),
          "install a JDK 25, for instance Eclipse Temurin, and set JAVA_HOME to its folder");
    }
    return new Ok(found);
  }
}
