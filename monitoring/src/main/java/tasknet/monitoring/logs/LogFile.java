package tasknet.monitoring.logs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Comparator;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of the folder: {@code SERVICE.log}, or {@code SERVICE.yyyy-MM-dd.N.log}, which was rolled.
 *
 * @param day empty for the one that is written now
 * @param number of the day's rolled files
 * @param size in bytes, when the folder was listed
 * @param key the same for one file under two names; null where the system has none
 */
record LogFile(
    Path path,
    String service,
    String day,
    long number,
    Instant modified,
    long size,
    @Nullable Object key) {
  private static final Pattern ROLLED =
      Pattern.compile("(.+)\\.(\\d{4}-\\d\\d-\\d\\d)\\.(\\d{1,9})\\.log");
  private static final Pattern CURRENT = Pattern.compile("(.+)\\.log");

  /** The present one first, then those that were rolled, the last one first. */
  static final Comparator<LogFile> NEWEST_FIRST =
      Comparator.comparing((LogFile file) -> file.day.isEmpty() ? "~" : file.day)
          .thenComparingLong(LogFile::number)
          .reversed();

  /** The log file of that path; null when it is none, or only a link to something. */
  static @Nullable LogFile of(Path path) throws IOException {
    String name = path.getFileName().toString();
    Matcher rolled = ROLLED.matcher(name);
    Matcher current = CURRENT.matcher(name);
    boolean isRolled = rolled.matches();
    if (!isRolled && !current.matches()) {
      return null;
    }
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      return null;
    }
    return new LogFile(
        path,
        isRolled ? rolled.group(1) : current.group(1),
        isRolled ? rolled.group(2) : "",
        isRolled ? Long.parseLong(rolled.group(3)) : 0,
        attributes.lastModifiedTime().toInstant(),
        attributes.size(),
        attributes.fileKey());
  }

  /** Whether it is that file, which may have got another name. */
  boolean isSame(LogFile other) {
    return key == null ? path.equals(other.path) : key.equals(other.key);
  }

  /** The path of the file that its service writes now. */
  Path present() {
    return path.resolveSibling(service + ".log");
  }

  /** Whether no more is written to it. */
  boolean isRolled() {
    return !day.isEmpty();
  }

  String name() {
    return path.getFileName().toString();
  }

  FileChannel open() throws IOException {
    return FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }
}
