package tasknet.monitoring.containers;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * How a container's main process ended.
 *
 * @param code 0 to 255; above 128 it is mostly 128 plus the signal's number
 * @param outOfMemory whether the kernel ended it because its memory limit was reached
 */
public record Exit(int code, boolean outOfMemory) {
  private static final Map<Integer, String> SIGNALS =
      Map.ofEntries(
          Map.entry(1, "SIGHUP"),
          Map.entry(2, "SIGINT"),
          Map.entry(3, "SIGQUIT"),
          Map.entry(4, "SIGILL"),
          Map.entry(5, "SIGTRAP"),
          Map.entry(6, "SIGABRT"),
          Map.entry(7, "SIGBUS"),
          Map.entry(8, "SIGFPE"),
          Map.entry(Exit.SIGKILL, "SIGKILL"),
          Map.entry(10, "SIGUSR1"),
          Map.entry(11, "SIGSEGV"),
          Map.entry(12, "SIGUSR2"),
          Map.entry(13, "SIGPIPE"),
          Map.entry(14, "SIGALRM"),
          Map.entry(15, "SIGTERM"));

  /** Java's, when it is told to end on a heap that is full; nothing else of ours exits so. */
  private static final int JAVA_HEAP_FULL = 3;

  private static final int SIGKILL = 9;
  private static final int BY_SIGNAL = 128;

  /** The cause in words. */
  @JsonProperty
  public String cause() {
    if (outOfMemory) {
      return "out of memory";
    }
    if (code == JAVA_HEAP_FULL) {
      return "out of memory in Java's heap";
    }
    if (code == 0) {
      return "ended by itself";
    }
    String signal = SIGNALS.get(code - BY_SIGNAL);
    return signal == null ? "exit code " + code : "killed by signal " + signal;
  }

  /** The cause in words, always with the code. */
  public String text() {
    return code == JAVA_HEAP_FULL || outOfMemory || SIGNALS.containsKey(code - BY_SIGNAL)
        ? cause() + " (exit code " + code + ")"
        : "exit code " + code;
  }

  /** Whether it is what the kernel leaves when it ends a process for its memory. */
  boolean bySigkill() {
    return code == BY_SIGNAL + SIGKILL;
  }
}
