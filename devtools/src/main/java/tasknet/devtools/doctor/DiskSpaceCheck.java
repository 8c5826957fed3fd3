package tasknet.devtools.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import tasknet.devtools.doctor.Finding.Fail;

/**
 * The room on the disk of a folder.
 *
 * @param least below it the check fails, in bytes
 * @param comfortable below it the check warns, in bytes
 */
public record DiskSpaceCheck(String name, Path folder, long least, long comfortable)
    implements Check {
  private static final long MEBIBYTE = 1 << 20;

  /** Fails below 100 MiB, warns below 1 GiB. */
  public DiskSpaceCheck(String name, Path folder) {
    this(name, folder, 100 * MEBIBYTE, 1024 * MEBIBYTE);
  }

  @Override
  public Finding look() {
    Path there = folder.toAbsolutePath().normalize();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      return Check.ofLeast(
          free,
          least,
          comfortable,
          String.format(Locale.ROOT, "%.1f GiB free at %s", free / 1024.0 / MEBIBYTE, there),
          "free some space there: a store that is full takes no more tasks");
    } catch (IOException e) {
      return new Fail(there + ": " + e.getMessage(), "look at what is mounted there");
    }
  }
}
