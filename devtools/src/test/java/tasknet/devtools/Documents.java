package tasknet.devtools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files of the checkout that tests compare with the code. */
final class Documents {
  /** The top folder of the checkout. */
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private Documents() {}

  static String read(String file) throws IOException {
    return Files.readString(HOME.resolve(file));
  }

  /** The files with one of these endings, without those that a build made. */
  static List<Path> files(String... endings) throws IOException {
    try (Stream<Path> all = Files.walk(HOME)) {
      return all.filter(file -> Arrays.stream(endings).anyMatch(file.toString()::endsWith))
          .filter(file -> !generated(HOME.relativize(file)))
          .toList();
    }
  }

  private static boolean generated(Path file) {
    for (Path part : file) {
      if (List.of("target", ".git", ".tasknet", "logs").contains(part.toString())) {
        return true;
      }
    }
    return false;
  }

  /** The rows of tables that begin with a name in backticks, by the heading they stand under. */
  static Map<String, List<List<String>>> rows(String document) {
    Map<String, List<List<String>>> rows = new LinkedHashMap<>();
    String heading = "";
    for (String line : document.lines().toList()) {
      if (line.startsWith("#")) {
        heading = line.replaceFirst("#+ ", "");
      } else if (line.startsWith("| `")) {
        rows.computeIfAbsent(heading, _ -> new ArrayList<>()).add(cells(line));
      }
    }
    return rows;
  }

  private static List<String> cells(String line) {
    String inner = line.substring(1, line.lastIndexOf('|'));
    return Arrays.stream(inner.split("\\|", -1)).map(String::strip).toList();
  }
}
