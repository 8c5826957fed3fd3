package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tasknet.client.TaskSubmission;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/** The calls in the README do what the README shows. */
class ReadmeIT extends OnProject {
  /**
   * What differs from run to run: ids, times, durations, names of workers, numbers; and what the
   * README leaves out.
   */
  private static final Pattern VARIABLE =
      Pattern.compile(
          "(?<id>01[0-9A-HJKMNP-TV-Z]{24})|(?<time>\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z)|(?<duration>PT[0-9.]+[HMS])"
              + "|(?<worker>-local-\\d+-\\d+)|(?<number>-?[0-9][0-9.]*)|(?<rest>…)");

  private record Example(String command, List<String> output) {}

  /** The ids in the README, and those that they are here. */
  private final Map<String, String> ids = new HashMap<>();

  ReadmeIT(ComposeProject project) {
    super(project);
  }

  @Test
  void everyCurlExampleAnswersInTheShapeThatIsShown() throws Exception {
    List<Example> examples = examples();
    assertThat(examples).hasSizeGreaterThan(10);
    // The list shows the task as cancelled that is cancelled further down.
    List<Example> inOrder = new ArrayList<>(examples);
    Example cancel = only(examples, "-X DELETE");
    inOrder.remove(cancel);
    inOrder.add(inOrder.indexOf(only(examples, "&limit=1'")), cancel);

    // The list has a second page then, and a worker of whose round trip something is known.
    project.client().submit(TaskSubmission.of("wait", 0));
    project.client().submitAndWait(TaskSubmission.of("hash", ""), ComposeProject.SOON);

    for (Example example : inOrder) {
      if (example.equals(cancel)) {
        ids.put(idIn(cancel.command()), runningTask().toString());
      }
      run(example);
    }
  }

  private void run(Example example) throws IOException {
    String command =
        withIds(example.command())
            .replace("localhost:4000", "localhost:" + project.dispatcher().getPort());
    List<String> said =
        Ran.in(Checkout.HOME, Map.of(), List.of("bash", "-c", command)).output().lines().toList();
    int from = 0;
    for (String line : example.output()) {
      Pattern shape = shape(line);
      while (from < said.size() && !shape.matcher(said.get(from).strip()).matches()) {
        from++;
      }
      assertThat(from)
          .as("%s\nno line like\n%s\nin\n%s", command, line, said)
          .isLessThan(said.size());
      learn(line, shape.matcher(said.get(from).strip()));
      from++;
    }
  }

  private static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    String readme = Files.readString(Checkout.HOME.resolve("README.md"));
    Matcher block = Pattern.compile("(?ms)^```\\n(.*?)^```").matcher(readme);
    while (block.find()) {
      List<String> lines = block.group(1).lines().toList();
      for (int first = 0; first < lines.size(); first++) {
        if (lines.get(first).startsWith("$ curl ")) {
          StringBuilder command = new StringBuilder(lines.get(first).substring(2));
          while (command.chars().filter(it -> it == '\'').count() % 2 != 0) {
            command.append('\n').append(lines.get(++first));
          }
          List<String> output = new ArrayList<>();
          while (first + 1 < lines.size() && !lines.get(first + 1).startsWith("$ ")) {
            String line = lines.get(++first);
            if (!line.equals("…")) {
              output.add(line);
            }
          }
          examples.add(new Example(command.toString(), output));
        }
      }
    }
    return examples;
  }

  private static Example only(List<Example> examples, String text) {
    List<Example> found = examples.stream().filter(it -> it.command().contains(text)).toList();
    assertThat(found).as("examples with " + text).hasSize(1);
    return found.getFirst();
  }

  /** What a line of the README may be here. */
  private Pattern shape(String line) {
    StringBuilder shape = new StringBuilder();
    Matcher variable = VARIABLE.matcher(line);
    int end = 0;
    int unknown = 0;
    while (variable.find()) {
      shape.append(Pattern.quote(line.substring(end, variable.start())));
      if (variable.group("id") != null) {
        String known = ids.get(variable.group("id"));
        shape.append(known == null ? "(?<id" + unknown++ + ">\\w{26})" : known);
      } else if (variable.group("worker") != null) {
        shape.append("-[\\w-]+");
      } else if (variable.group("number") != null) {
        shape.append("-?[0-9][0-9.]*");
      } else if (variable.group("rest") != null) {
        shape.append(".*");
      } else {
        shape.append("[A-Z0-9.:-]+");
      }
      end = variable.end();
    }
    return Pattern.compile(shape.append(Pattern.quote(line.substring(end))).toString());
  }

  /** Remembers the ids that stand where the README has ids that were not seen before. */
  private void learn(String line, Matcher said) {
    assertThat(said.matches()).isTrue();
    Matcher variable = VARIABLE.matcher(line);
    Map<String, String> learnt = new HashMap<>();
    int unknown = 0;
    while (variable.find()) {
      String id = variable.group("id");
      if (id != null && !ids.containsKey(id)) {
        learnt.put(id, said.group("id" + unknown++));
      }
    }
    ids.putAll(learnt);
  }

  private String withIds(String command) {
    String replaced = command;
    for (Map.Entry<String, String> id : ids.entrySet()) {
      replaced = replaced.replace(id.getKey(), id.getValue());
    }
    return replaced;
  }

  private static String idIn(String text) {
    Matcher variable = VARIABLE.matcher(text);
    while (variable.find()) {
      if (variable.group("id") != null) {
        return variable.group("id");
      }
    }
    throw new AssertionError("no id in " + text);
  }

  private TaskId runningTask() throws InterruptedException {
    TaskId id = project.client().submit(TaskSubmission.of("wait", 60)).id();
    await()
        .atMost(ComposeProject.SOON)
        .until(() -> project.client().find(id).orElseThrow().state() == TaskState.RUNNING);
    return id;
  }
}
