package tasknet.dispatcher.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.testkit.ChildProcess;

/** Processes with a log are killed in the middle: what they said is there afterwards. */
class FileTaskLogCrashIT {
  private static final int ROUNDS = 4;
  private static final int LINES = 3000;
  private static final long APART = 1_000_000;

  @TempDir Path folder;

  @Test
  void whateverWasReportedSurvivesKill9Repeatedly() throws Exception {
    Map<Long, String> reported = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      reported.putAll(runAndKill(round * APART, LINES + 977 * round));
      List<HeldTask> found = FileTaskLog.read(folder);
      assertKept(found, reported);
      assertThat(WalSample.numbers(found)).isSorted().doesNotHaveDuplicates();
    }
    assertThat(reported).hasSizeGreaterThan(ROUNDS * 1000);
    assertThat(new LogFolder(folder).segments()).hasSizeGreaterThan(2 * ROUNDS);
  }

  /** What the process reported last of each task. */
  private Map<Long, String> runAndKill(long first, int lines) throws IOException {
    List<String> printed = new ArrayList<>();
    int before = FileTaskLog.read(folder).size();
    try (ChildProcess child = ChildLog.start(folder, first)) {
      assertThat(child.nextLine()).isEqualTo("found " + before + " .");
      while (printed.size() < lines) {
        String line = child.nextLine();
        assertThat(line).as("the process ended by itself").isNotNull();
        printed.add(line);
      }
      printed.addAll(child.kill());
    }
    Map<Long, String> last = new HashMap<>();
    for (String line : printed) {
      String[] words = line.split(" ", -1);
      last.put(Long.parseLong(words[1]), words[0]);
    }
    return last;
  }

  private static void assertKept(List<HeldTask> found, Map<Long, String> reported) {
    Map<Long, String> states = new HashMap<>();
    found.forEach(held -> states.put(held.task().position(), state(held)));
    reported.forEach(
        (number, what) -> {
          String now = states.getOrDefault(number, "left");
          List<String> allowed =
              what.equals("added") ? List.of("added", next(number)) : List.of(what);
          assertThat(allowed).as("%s was reported %s", number, what).contains(now);
        });
  }

  private static String next(long number) {
    return List.of("added", "begun", "completed", "left").get((int) (number % 4));
  }

  private static String state(HeldTask held) {
    return held.end() != null ? "completed" : held.start() != null ? "begun" : "added";
  }
}
