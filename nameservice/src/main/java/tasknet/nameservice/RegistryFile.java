package tasknet.nameservice;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import tasknet.http.Json;
import tasknet.http.JsonErrors;
import tools.jackson.core.JacksonException;

/**
 * {@code registry.json}: what the nameservice knows of workers, for its next start. Whoever reads
 * it sees the old or the new content, never a part, even after a power loss.
 */
final class RegistryFile {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Path path;
  private final InstantSource time;
  private final Logger log;

  RegistryFile(Path path, InstantSource time, Logger log) {
    this.path = path.toAbsolutePath();
    this.time = time;
    this.log = log;
  }

  Path path() {
    return path;
  }

  /**
   * What is in the file; nothing if there is none. A damaged file is renamed, for a person to mend.
   *
   * @throws IOException if it is damaged and cannot be renamed: the next write would destroy it
   */
  RegistryContent read() throws IOException {
    if (!Files.exists(path)) {
      return RegistryContent.EMPTY;
    }
    try {
      RegistryContent content =
          Json.mapper().readValue(Files.readAllBytes(path), RegistryContent.class);
      return content == null ? setAside("it holds null") : content;
    } catch (JacksonException e) {
      return setAside(JsonErrors.describe(e));
    } catch (IOException e) {
      return setAside(e.toString());
    }
  }

  /** Replaces the file. */
  void write(RegistryContent content) throws IOException {
    Path folder = folder();
    Files.createDirectories(folder);
    Path draft = folder.resolve("." + path.getFileName() + ".tmp");
    String json = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(content);
    try (FileChannel out =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    forceFolder(folder);
  }

  private RegistryContent setAside(String why) throws IOException {
    Path aside =
        path.resolveSibling(path.getFileName() + ".damaged-" + TIMESTAMP.format(time.instant()));
    Files.move(path, aside);
    log.warn(
        "{} is damaged and was renamed to {}; starting with no workers: {}",
        path,
        aside.getFileName(),
        why);
    return RegistryContent.EMPTY;
  }

  private Path folder() {
    Path folder = path.getParent();
    return folder == null ? path : folder;
  }

  /** Makes the rename last; Windows neither needs nor allows it. */
  private static void forceFolder(Path folder) throws IOException {
    if (File.separatorChar == '/') {
      try (FileChannel open = FileChannel.open(folder, StandardOpenOption.READ)) {
        open.force(true);
      }
    }
  }
}
