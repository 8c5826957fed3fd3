package tasknet.devtools.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tasknet.devtools.doctor.Finding.Fail;
import tasknet.devtools.doctor.Finding.Ok;

/** A folder that services write to, and the files that are in it. */
public record FolderCheck(String name, Path folder) implements Check {
  @Override
  public Finding look() {
    Path there = folder.toAbsolutePath().normalize();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there)) {
      return new Fail(
          there + " is not a folder", "remove it, or choose another with " + variable());
    }
    if (!Files.isWritable(there)) {
      return new Fail(there + " cannot be written to", own(there));
    }
    return there.equals(folder.toAbsolutePath().normalize())
        ? files(there)
        : new Ok(folder + " will be made");
  }

  private Finding files(Path existing) {
    try (Stream<Path> all = Files.list(existing)) {
      List<String> closed =
          all.filter(file -> Files.isRegularFile(file) && !Files.isWritable(file))
              .map(file -> file.getFileName().toString())
              .sorted()
              .toList();
      return closed.isEmpty()
          ? new Ok(existing + " can be written to")
          : new Fail(
              existing + " has files of another user: " + String.join(", ", closed), own(existing));
    } catch (IOException e) {
      return new Fail(existing + " cannot be read: " + e, own(existing));
    }
  }

  private String own(Path there) {
    return "sudo chown -R \"$USER\" " + there + ", or choose another with " + variable();
  }

  private String variable() {
    return name.startsWith("Log") ? "LOG_DIR" : "TASKNET_DATA_DIR";
  }
}
