package tasknet.devtools.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;

/** The logs of all services, as somebody reads them who greps. */
public record LogFolder(Path folder) {
  private static final Pattern ATTEMPT = Pattern.compile(" task=(\\w{26}) attempt=(\\d+) ");

  /** The lines of all services in which a text stands, in the order of time. */
  public List<String> grep(String text) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .flatMap(LogFolder::lines)
          .filter(line -> line.contains(text))
          .sorted(Comparator.comparing(LogFolder::time))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often each attempt was run, at whichever worker. */
  public Map<AttemptId, Integer> runs() {
    Map<AttemptId, Integer> runs = new TreeMap<>(LogFolder::compare);
    grep(" attempt started ").forEach(line -> runs.merge(attempt(line), 1, Integer::sum));
    return runs;
  }

  /** The attempts that have started and not ended, as far as the workers have told. */
  public Set<AttemptId> running() {
    Set<AttemptId> running = new HashSet<>(runs().keySet());
    grep(" attempt completed ").forEach(line -> running.remove(attempt(line)));
    grep(" attempt failed: ").forEach(line -> running.remove(attempt(line)));
    return running;
  }

  /** When a line was written. */
  public static Instant time(String line) {
    return OffsetDateTime.parse(line.substring(0, line.indexOf(' '))).toInstant();
  }

  private static AttemptId attempt(String line) {
    Matcher matcher = ATTEMPT.matcher(line);
    if (!matcher.find()) {
      throw new AssertionError("no attempt in: " + line);
    }
    return new AttemptId(TaskId.parse(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  private static int compare(AttemptId one, AttemptId other) {
    int byTask = one.task().compareTo(other.task());
    return byTask != 0 ? byTask : Integer.compare(one.number(), other.number());
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
