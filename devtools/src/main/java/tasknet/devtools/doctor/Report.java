package tasknet.devtools.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What all checks found.
 *
 * @param ok whether none failed
 */
public record Report(boolean ok, List<Line> checks) {
  private static final int NAME_WIDTH = 14;

  /** How a check ended. */
  public enum Result {
    OK,
    WARN,
    FAIL
  }

  /**
   * One check.
   *
   * @param advice what to do; null when all is well
   */
  public record Line(String check, Result result, String found, @Nullable String advice) {}

  public Report {
    checks = List.copyOf(checks);
  }

  /** Looks at everything, one after the other. */
  public static Report of(List<? extends Check> checks) throws InterruptedException {
    List<Line> lines = new ArrayList<>();
    for (Check check : checks) {
      lines.add(
          switch (check.look()) {
            case Finding.Ok(String what) -> new Line(check.name(), Result.OK, what, null);
            case Finding.Warn(String what, String advice) ->
                new Line(check.name(), Result.WARN, what, advice);
            case Finding.Fail(String what, String advice) ->
                new Line(check.name(), Result.FAIL, what, advice);
          });
    }
    return new Report(lines.stream().noneMatch(line -> line.result() == Result.FAIL), lines);
  }

  /** For people: a line for each check, and one more for each advice. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Line line : checks) {
      String result = line.result().name().toLowerCase(Locale.ROOT);
      lines.add(("%-4s  %-" + NAME_WIDTH + "s %s").formatted(result, line.check(), line.found()));
      if (line.advice() != null) {
        lines.add(" ".repeat(NAME_WIDTH + 7) + "→ " + line.advice());
      }
    }
    return lines;
  }
}
