package tasknet.devtools.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tasknet.devtools.TasknetMain;

/**
 * What the JVM has in memory after the demo, made once for all processes that the tests start: each
 * takes less than half of the processor time for its start then. The launcher does the same.
 */
final class ClassCache {
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final class Made {
    static final Path FILE = make();
  }

  private ClassCache() {}

  /** {@code java} with its options and its class path. */
  static List<String> java() {
    List<String> command = javaWithout();
    command.addAll(List.of("-XX:AOTCache=" + Made.FILE, "-Xlog:aot*=off,cds*=off"));
    command.addAll(List.of("-cp", classPath()));
    return command;
  }

  private static List<String> javaWithout() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    return command;
  }

  /** Jars first: the cache is for what the class path begins with, and knows no folders. */
  private static String classPath() {
    return Stream.concat(entries(true), entries(false))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> entries(boolean jars) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> Files.isRegularFile(Path.of(entry)) == jars);
  }

  private static Path make() {
    try {
      Path folder = Files.createTempDirectory("tasknet-tests-");
      Path cache = folder.resolve("classes.aot");
      Path output = folder.resolve("output");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      List<String> command = javaWithout();
      command.add("-XX:AOTCacheOutput=" + cache);
      command.add(TasknetProcess.homeProperty());
      command.addAll(List.of("-cp", entries(true).collect(Collectors.joining(File.pathSeparator))));
      command.addAll(List.of(TasknetMain.class.getName(), "demo", "--exit", "--port", "0"));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().keySet().removeIf(key -> key.startsWith("TASKNET_"));
      builder.environment().put("LOG_DIR", folder.resolve("logs").toString());
      builder.environment().put("TASKNET_DATA_DIR", folder.resolve("data").toString());
      Process demo = builder.start();
      // A demo that failed leaves a cache, too, with next to nothing in it.
      if (!demo.waitFor(2, TimeUnit.MINUTES) || demo.exitValue() != 0 || !Files.exists(cache)) {
        demo.destroyForcibly();
        throw new IllegalStateException("no cache was made: " + Files.readString(output));
      }
      return cache;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
