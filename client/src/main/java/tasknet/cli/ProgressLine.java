package tasknet.cli;

import java.io.PrintStream;
import java.time.Duration;
import tasknet.client.simulation.Simulation;
import tasknet.client.simulation.SimulationReport.Run;
import tasknet.runtime.NanoClock;

/** Shows how far a simulation is: one changing line on a terminal, else a line each second. */
final class ProgressLine implements Simulation.Progress {
  private static final long ON_TERMINAL = Duration.ofMillis(50).toNanos();
  private static final long ELSEWHERE = Duration.ofSeconds(1).toNanos();

  private final int total;
  private final PrintStream out;
  private final boolean terminal;
  private final NanoClock clock;
  private long shownAt;
  private int shownLength;
  private int answered;
  private int unexpected;

  ProgressLine(int total, PrintStream out, boolean terminal, NanoClock clock) {
    this.total = total;
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
    this.shownAt = clock.nanoTime();
  }

  @Override
  public synchronized void answered(Run run) {
    answered++;
    unexpected += run.asExpected() ? 0 : 1;
    long now = clock.nanoTime();
    if (now - shownAt < (terminal ? ON_TERMINAL : ELSEWHERE)) {
      return;
    }
    shownAt = now;
    String line = answered + " of " + total + " answered, " + unexpected + " unexpected";
    if (terminal) {
      out.print("\r" + line);
      out.flush();
      shownLength = line.length();
    } else {
      out.println(line);
    }
  }

  /** Removes the line, so that the report starts on a clean one. */
  synchronized void clear() {
    if (shownLength > 0) {
      out.print("\r" + " ".repeat(shownLength) + "\r");
      out.flush();
    }
  }
}
