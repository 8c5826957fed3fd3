package tasknet.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tasknet.cli.TextTable.Align;
import tasknet.task.TaskTrace;
import tasknet.task.TraceStep;

/** The trace of a task as text for people: a line for each step, with the time since the first. */
final class TraceText {
  private static final int DETAIL_SHOWN = 100;

  private TraceText() {}

  static List<String> lines(TaskTrace trace) {
    if (trace.steps().isEmpty()) {
      return List.of("nothing is kept of the way of this task");
    }
    TextTable table =
        new TextTable()
            .column("MS", Align.RIGHT)
            .column("STEP", Align.LEFT)
            .column("ATTEMPT", Align.RIGHT)
            .column("WORKER", Align.LEFT)
            .column("DETAIL", Align.LEFT);
    Instant first = trace.steps().getFirst().at();
    for (TraceStep step : trace.steps()) {
      table.row(
          millis(first, step.at()),
          step.kind(),
          step.attempt() == null ? "-" : step.attempt(),
          step.worker() == null ? "-" : step.worker(),
          TextTable.shortened(String.join(", ", details(step, first)), DETAIL_SHOWN));
    }
    List<String> lines = new ArrayList<>(table.lines());
    if (!trace.complete()) {
      lines.add("some steps are not kept");
    }
    return lines;
  }

  private static List<String> details(TraceStep step, Instant first) {
    List<String> details = new ArrayList<>();
    Duration ran = step.ran();
    if (ran != null) {
      details.add("ran for " + millis(ran) + " ms");
    }
    if (step.detail() != null) {
      details.add(step.detail());
    }
    Instant until = step.until();
    if (until != null) {
      details.add(step.times() + " times until " + millis(first, until));
    }
    return details;
  }

  private static String millis(Instant from, Instant to) {
    return millis(Duration.between(from, to));
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e6);
  }
}
