package tasknet.dispatcher;

import java.io.IOException;
import java.nio.file.Path;
import tasknet.dispatcher.store.StoreBackup;
import tasknet.dispatcher.wal.FileTaskLog;
import tasknet.runtime.Settings;

/**
 * Copies the store to the file that is its one argument, also while the dispatcher runs. Exits 0
 * when the copy is on the disk, 1 when it cannot be made, 2 when it is called wrongly.
 */
public final class BackupMain {
  private BackupMain() {}

  public static void main(String[] args) {
    if (args.length != 1 || args[0].isBlank()) {
      System.err.println("one argument is wanted: the file to write the copy of the store to");
      System.exit(2);
      return;
    }
    Path folder = new Settings(System.getenv()).path("TASKNET_DATA_DIR", ".tasknet");
    System.exit(run(folder, Path.of(args[0])));
  }

  private static int run(Path folder, Path target) {
    try {
      StoreBackup.Copied copied = StoreBackup.copy(folder, () -> FileTaskLog.read(folder), target);
      System.out.println(target + ": " + copied.tasks() + " tasks, " + copied.bytes() + " bytes");
      return 0;
    } catch (IOException e) {
      System.err.println("no backup: " + e.getMessage());
      return 1;
    }
  }
}
