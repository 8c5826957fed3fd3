package tasknet.monitoring.history;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import tasknet.http.Json;
import tasknet.task.InvalidValueException;
import tools.jackson.core.JacksonException;

/**
 * The markers of the last day, in memory, and in a file with one a line, which is written anew when
 * half of it is of no more use.
 */
final class Markers {
  private static final int KEPT = 2_000;
  private static final Duration KEPT_FOR = Duration.ofDays(1);

  private final Deque<Marker> markers = new ArrayDeque<>();
  private int lines;

  synchronized void add(Marker marker) {
    markers.addLast(marker);
    Instant oldest = marker.at().minus(KEPT_FOR);
    while (markers.size() > KEPT || markers.getFirst().at().isBefore(oldest)) {
      markers.removeFirst();
    }
  }

  /** Those of a time, oldest first. */
  synchronized List<Marker> between(Instant from, Instant to) {
    return markers.stream().filter(it -> !it.at().isBefore(from) && it.at().isBefore(to)).toList();
  }

  /** Takes what a file has; lines that are none, as the last may be, are passed over. */
  synchronized void load(Path file) throws IOException {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        lines++;
        try {
          add(Json.mapper().readValue(line, Marker.class));
        } catch (JacksonException | InvalidValueException e) {
          // It was half written, or is of another version.
        }
      }
    } catch (NoSuchFileException e) {
      // The first start.
    }
  }

  /** Appends the newest. */
  synchronized void append(Path file, Marker marker) throws IOException {
    if (lines >= 2 * KEPT) {
      writeAll(file);
      return;
    }
    lines++;
    Files.writeString(file, line(marker), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Replaces the file by what is known. */
  synchronized void writeAll(Path file) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, markers.stream().map(Markers::line).collect(Collectors.joining()));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    lines = markers.size();
  }

  private static String line(Marker marker) {
    return Json.textOf(marker).text() + '\n';
  }
}
