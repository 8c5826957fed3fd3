package tasknet.dispatcher.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the segments are, each a file {@code tasks.db-log-0000000001} with its number. */
record LogFolder(Path path) {
  private static final Pattern NAME = Pattern.compile("tasks\\.db-log-(\\d{10,18})");

  /** The numbers of all segments, in ascending order; none when there is no folder. */
  List<Long> segments() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(name -> Long.valueOf(name.group(1)))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  Path file(long segment) {
    return path.resolve(String.format(Locale.ROOT, "tasks.db-log-%010d", segment));
  }
}
