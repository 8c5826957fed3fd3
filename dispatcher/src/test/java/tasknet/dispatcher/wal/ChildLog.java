package tasknet.dispatcher.wal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import tasknet.dispatcher.testkit.ChildProcess;

/**
 * A process of its own with a log, which adds, begins and completes tasks for as long as it lives,
 * and prints what it did only when that is answered.
 */
final class ChildLog {
  private static final int IN_FLIGHT = 200;
  private static final long SEGMENT_BYTES = 100_000;

  private ChildLog() {}

  /**
   * @param first the number of its first task
   */
  static ChildProcess start(Path folder, long first) throws IOException {
    return ChildProcess.start(ChildLog.class, folder.toString(), Long.toString(first));
  }

  /** The process. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    FileTaskLog log =
        WalSample.log(new FileTaskLog.Options(Path.of(arguments[0]), SEGMENT_BYTES, 1000));
    int found = log.start(_ -> {}).size();
    out.println("found " + found + " .");
    Semaphore slots = new Semaphore(IN_FLIGHT);
    for (long number = Long.parseLong(arguments[1]); ; number++) {
      slots.acquire();
      long task = number;
      var _ =
          log.append(List.of(WalSample.added(task)))
              .thenAccept(_ -> goOn(log, task, out))
              .whenComplete((_, _) -> slots.release());
    }
  }

  /** Of each four tasks one stays as it is, one begins, one is completed, one leaves. */
  private static void goOn(FileTaskLog log, long task, PrintStream out) {
    out.println("added " + task + " .");
    List<LogRecord> begun = List.of(WalSample.begun(task));
    List<LogRecord> both = List.of(WalSample.begun(task), WalSample.completed(task));
    switch ((int) (task % 4)) {
      case 1 -> append(log, begun, "begun " + task, out);
      case 2 -> append(log, both, "completed " + task, out);
      case 3 -> append(log, List.of(WalSample.left(task)), "left " + task, out);
      default -> {}
    }
  }

  private static void append(
      FileTaskLog log, List<LogRecord> records, String done, PrintStream out) {
    var _ = log.append(records).thenRun(() -> out.println(done + " ."));
  }
}
