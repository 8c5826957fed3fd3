package tasknet.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tasknet.client.TasknetClient;
import tasknet.http.BulkAnswer;
import tasknet.http.Json;
import tasknet.task.TaskState;

/** {@code bulk}: any number of tasks, one a line. */
@Command(
    name = "bulk",
    description = "Hand in many tasks, one JSON object a line, and print a line for each.",
    footer = {"", "For instance: {\"type\":\"reverse\",\"payload\":\"OpenAI\"}"})
final class BulkCommand implements Callable<Integer> {
  private final CommandEnvironment environment;
  private final Map<String, Integer> counts = new TreeMap<>();

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();
  @Mixin private final WaitOption wait = new WaitOption();

  @Parameters(paramLabel = "FILE", description = "The tasks; - reads them from standard input.")
  private String file = "";

  BulkCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (BufferedReader lines = open();
        TasknetClient client = dispatcher.client(environment)) {
      client.bulkLines(lines.lines().iterator(), wait.duration(), this::print);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(ExitCodes.USAGE, "cannot read " + file + ": " + e.getMessage());
    }
    environment.err().println(summary());
    boolean bad = counts.keySet().stream().anyMatch(BulkCommand::isBad);
    return bad ? ExitCodes.FAILED : ExitCodes.DONE;
  }

  private BufferedReader open() throws IOException {
    InputStream in = file.equals("-") ? environment.in() : Files.newInputStream(Path.of(file));
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private void print(BulkAnswer answer) {
    environment.out().println(Json.textOf(answer));
    TaskState state = answer.state();
    counts.merge(state == null ? "refused" : state.name(), 1, Integer::sum);
  }

  private String summary() {
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (what, count) ->
            text.append(text.isEmpty() ? "" : ", ").append(count).append(' ').append(what));
    return text.isEmpty() ? "no tasks" : text.toString();
  }

  private static boolean isBad(String what) {
    return switch (what) {
      case "refused", "DEAD", "CANCELLED", "EXPIRED" -> true;
      default -> false;
    };
  }
}
