package tasknet.cli;

import tasknet.task.TaskEvent;
import tasknet.task.TaskProgress;

/** An event as text for people. */
final class EventText {
  private static final int WIDTH = 20;

  private EventText() {}

  /**
   * One line.
   *
   * @param what happened, in one word
   */
  static String line(TaskEvent event, String what) {
    StringBuilder line =
        new StringBuilder(
            String.format("%-27s  %s  %s  %-9s", event.at(), event.task(), event.type(), what));
    if (event.attempt() != null) {
      line.append("  attempt ").append(event.attempt());
    }
    if (event.worker() != null) {
      line.append("  ").append(event.worker());
    }
    if (event.progress() != null) {
      line.append("  ").append(event.progress().percent()).append("%  ");
      line.append(event.progress().note());
    }
    if (event.error() != null) {
      line.append("  ").append(TaskText.text(event.error()));
    }
    return line.toString().stripTrailing().replaceAll("\\p{Cntrl}", " ");
  }

  /** How far it is, as a bar that grows. */
  static String bar(TaskProgress progress, int noteShown) {
    int full = progress.percent() * WIDTH / 100;
    String note = TextTable.shortened(progress.note().replaceAll("\\p{Cntrl}", " "), noteShown);
    return String.format(
            "[%s%s] %3d%%  %s",
            "#".repeat(full), "-".repeat(WIDTH - full), progress.percent(), note)
        .stripTrailing();
  }
}
