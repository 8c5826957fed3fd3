package tasknet.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tasknet.cli.TextTable.Align;
import tasknet.client.TasknetClient;
import tasknet.client.simulation.SimulatedTask;
import tasknet.client.simulation.Simulation;
import tasknet.client.simulation.SimulationReport;
import tasknet.client.simulation.SimulationReport.Run;
import tasknet.client.simulation.SimulationReport.TypeSummary;
import tasknet.http.Json;

/** Runs a simulation for a person: progress on standard error, the report on standard output. */
public final class SimulationRun {
  private static final int TYPE_SHOWN = 30;
  private static final int ANSWER_SHOWN = 160;

  private final CommandEnvironment environment;

  public SimulationRun(CommandEnvironment environment) {
    this.environment = environment;
  }

  /**
   * Sends the tasks and prints the report.
   *
   * @param concurrency how many tasks are under way at the same time; at least 1
   * @param json whether the report is one line of JSON
   * @return the exit code: 0 when every answer was the expected one
   */
  public int run(TasknetClient client, List<SimulatedTask> tasks, int concurrency, boolean json)
      throws InterruptedException {
    ProgressLine progress =
        new ProgressLine(
            tasks.size(), environment.err(), environment.terminal(), environment.nanoClock());
    SimulationReport report;
    try {
      report = new Simulation(client, concurrency, environment.nanoClock()).run(tasks, progress);
    } finally {
      progress.clear();
    }
    if (json) {
      environment.out().println(Json.textOf(document(report)));
    } else {
      lines(report).forEach(environment.out()::println);
    }
    return report.unexpected().isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  static List<String> lines(SimulationReport report) {
    TextTable table =
        new TextTable()
            .column("TYPE", Align.LEFT)
            .column("SENT", Align.RIGHT)
            .column("AS EXPECTED", Align.RIGHT)
            .column("UNEXPECTED", Align.RIGHT)
            .column("MEDIAN MS", Align.RIGHT)
            .column("P95 MS", Align.RIGHT)
            .column("MAX MS", Align.RIGHT);
    for (TypeSummary type : report.types()) {
      table.row(
          TextTable.shortened(type.type(), TYPE_SHOWN),
          type.sent(),
          type.asExpected(),
          type.unexpected(),
          Amounts.millis(type.median()),
          Amounts.millis(type.p95()),
          Amounts.millis(type.max()));
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    for (Run run : report.unexpected()) {
      lines.add(
          "task "
              + run.task().number()
              + " ("
              + TextTable.shortened(run.task().type(), TYPE_SHOWN)
              + "): expected "
              + TextTable.shortened(run.task().expect().toString(), ANSWER_SHOWN)
              + ", got "
              + TextTable.shortened(run.answer().toString(), ANSWER_SHOWN));
    }
    lines.add(summary(report));
    return lines;
  }

  private static String summary(SimulationReport report) {
    int all = report.runs().size();
    int unexpected = report.unexpected().size();
    String took = " in " + Amounts.length(report.took());
    return unexpected == 0
        ? "all " + all + " tasks answered as expected" + took
        : unexpected + " of " + all + " tasks answered in another way than expected" + took;
  }

  private static Map<String, Object> document(SimulationReport report) {
    return Map.of(
        "tasks",
        report.runs().size(),
        "took",
        report.took(),
        "types",
        report.types(),
        "unexpected",
        report.unexpected().stream().map(SimulationRun::document).toList());
  }

  private static Map<String, Object> document(Run run) {
    return Map.of(
        "task", run.task().number(),
        "type", run.task().type(),
        "payload", run.task().payload(),
        "expected", run.task().expect().toString(),
        "got", run.answer().toString());
  }
}
