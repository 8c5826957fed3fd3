package tasknet.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tasknet.cli.TextTable.Align;
import tasknet.client.TasknetClient;
import tasknet.client.simulation.SimulatedTask;
import tasknet.client.simulation.Simulation;
import tasknet.client.simulation.SimulationReport;
import tasknet.client.simulation.SimulationReport.Run;
import tasknet.client.simulation.SimulationReport.TypeSummary;
import tasknet.http.Json;
import tasknet.task.JsonText;

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
          name(type.type()),
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
              + name(run.task().type())
              + "): expected "
              + TextTable.shortened(run.task().expect().toString(), ANSWER_SHOWN)
              + ", got "
              + TextTable.shortened(run.answer().toString(), ANSWER_SHOWN));
    }
    lines.add(summary(report));
    return lines;
  }

  /** What is not the name of a type stands in quotes, so that it can be seen. */
  private static String name(String type) {
    boolean plain = type.matches("[a-z0-9_.-]+");
    return TextTable.shortened(plain ? type : '"' + type + '"', TYPE_SHOWN);
  }

  private static String summary(SimulationReport report) {
    int all = report.runs().size();
    int unexpected = report.unexpected().size();
    String took = " in " + Amounts.length(report.took());
    return unexpected == 0
        ? "all " + all + " tasks answered as expected" + took
        : unexpected + " of " + all + " tasks answered in another way than expected" + took;
  }

  private static Document document(SimulationReport report) {
    List<Unexpected> unexpected = report.unexpected().stream().map(SimulationRun::entry).toList();
    return new Document(report.runs().size(), report.took(), report.types(), unexpected);
  }

  private static Unexpected entry(Run run) {
    SimulatedTask task = run.task();
    return new Unexpected(
        task.number(),
        task.type(),
        task.payload(),
        task.expect().toString(),
        run.answer().toString());
  }

  /** What {@code --json} prints. */
  private record Document(
      int tasks, Duration took, List<TypeSummary> types, List<Unexpected> unexpected) {}

  /** A task of the document that got another answer than expected. */
  private record Unexpected(int task, String type, JsonText payload, String expected, String got) {}
}
