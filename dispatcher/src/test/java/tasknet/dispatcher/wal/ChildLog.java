package tasknet.dispatcher.wal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own with a log, which adds, begins and completes tasks for as long as it lives,
 * and prints what it did only when that is answered.
 */
final class ChildLog implements AutoCloseable {
  private static final int IN_FLIGHT = 200;
  private static final long SEGMENT_BYTES = 100_000;

  private final Process process;
  private final BufferedReader output;

  private ChildLog(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * @param first the number of its first task
   */
  static ChildLog start(Path folder, long first) throws IOException {
    return new ChildLog(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ChildLog.class.getName(),
                folder.toString(),
                Long.toString(first))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** Null at the end. */
  @Nullable String nextLine() throws IOException {
    return output.readLine();
  }

  /** Kills it, and answers what it had still printed; a torn last line is left out. */
  List<String> kill() throws IOException {
    // By its handle: the process itself would close its output, with what is still to be read.
    process.toHandle().destroyForcibly();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    List<String> rest = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.endsWith(".")) {
        rest.add(line);
      }
    }
    return rest;
  }

  @Override
  public void close() throws IOException {
    if (process.isAlive()) {
      kill();
    }
    output.close();
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
