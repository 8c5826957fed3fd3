package tasknet.process;

import java.nio.file.Path;
import tasknet.logging.LogLevel;

/** What the settings of every service say. */
public interface ServiceSettings {
  /** The folder of the log file. */
  Path logFolder();

  /** How much is logged. */
  LogLevel logLevel();
}
