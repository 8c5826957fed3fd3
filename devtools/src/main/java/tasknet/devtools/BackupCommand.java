package tasknet.devtools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tasknet.cli.CommandEnvironment;
import tasknet.dispatcher.store.StoreBackup;
import tasknet.dispatcher.wal.FileTaskLog;

/** {@code ./tasknet backup}. */
@Command(
    name = "backup",
    description = "Copy the store of tasks to a file, also while the dispatcher runs.")
final class BackupCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private final HelpOption help = new HelpOption();

  @Parameters(paramLabel = "FILE", description = "The copy; it must not be there yet.")
  private Path file = Path.of("tasks-backup.db");

  BackupCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    try {
      Path folder = ClusterOptions.dataFolder(environment.variables());
      StoreBackup.Copied copied = StoreBackup.copy(folder, () -> FileTaskLog.read(folder), file);
      environment
          .out()
          .println(file + ": " + copied.tasks() + " tasks, " + copied.bytes() + " bytes");
      return 0;
    } catch (IOException e) {
      environment.err().println("tasknet: no backup: " + e.getMessage());
      return 1;
    }
  }
}
