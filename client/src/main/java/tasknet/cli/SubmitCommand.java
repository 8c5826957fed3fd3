package tasknet.cli;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasknet.client.TaskSubmission;
import tasknet.client.TasknetClient;
import tasknet.http.Json;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.When;

/** {@code tasknet submit}. */
@Command(
    name = "submit",
    description = "Hand in a task: print its id or, with --wait, its result.",
    footer = {
      "",
      "Examples:",
      "  tasknet submit reverse OpenAI --wait",
      "  tasknet submit sum '[1, 2, 3.5]' --wait=10s",
      "  tasknet submit hash --wait - < file.txt"
    })
final class SubmitCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();
  @Mixin private final WaitOption wait = new WaitOption();

  @Parameters(index = "0", paramLabel = "TYPE", description = "The type, for instance reverse.")
  private String type = "";

  @Parameters(
      index = "1",
      paramLabel = "PAYLOAD",
      description = "JSON; what is not JSON is taken as a text. - reads it from standard input.")
  private String payload = "";

  @Option(names = "--text", description = "Take the payload as a text, also when it is JSON.")
  private boolean text;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long one attempt may run.")
  private @Nullable Duration timeout;

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      description = "How many attempts may fail; 1 means at most once.")
  private @Nullable Integer maxAttempts;

  @Option(
      names = "--deadline",
      paramLabel = "WHEN",
      converter = WhenConverter.class,
      description = "Not started and not tried again after this: 5m, 2026-01-31T12:00:00Z.")
  private @Nullable When deadline;

  @Option(
      names = "--delay",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Queued only after this time.")
  private @Nullable Duration delay;

  @Option(
      names = "--run-at",
      paramLabel = "INSTANT",
      converter = InstantConverter.class,
      description = "Queued only at this instant: 2026-01-31T12:00:00Z.")
  private @Nullable Instant runAt;

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "0 to 9; 9 is the most urgent, 4 when nothing is said.")
  private @Nullable Integer priority;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Mark the task, to find it by; may be repeated.")
  private @Nullable Map<String, String> labels;

  @Option(
      names = "--callback",
      paramLabel = "URL",
      description = "Called with the outcome; the dispatcher must allow its host.")
  private @Nullable URI callback;

  @Option(
      names = "--no-durable",
      description = "Do not wait until the task is on the dispatcher's disk.")
  private boolean hasty;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "The same task with the same key, handed in again, is the same task.")
  private @Nullable String key;

  @Option(names = "--json", description = "Print the whole task as one line of JSON.")
  private boolean json;

  SubmitCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    JsonText value = PayloadArgument.read(payload, text, environment.in());
    if (delay != null && runAt != null) {
      throw new InvalidValueException("--run-at", runAt, "left out when there is a --delay");
    }
    TaskSubmission task =
        TaskSubmission.of(type, value)
            .withTimeout(timeout)
            .withMaxAttempts(maxAttempts)
            .withDeadline(deadline)
            .withDelay(delay)
            .withRunAt(runAt)
            .withPriority(priority)
            .withLabels(labels)
            .withCallback(callback)
            .withDurable(hasty ? false : null);
    Duration patience = wait.duration();
    try (TasknetClient client = dispatcher.client(environment)) {
      TaskStatus status =
          key != null
              ? awaited(client, client.submitOnce(task, key), patience)
              : patience == null || environment.terminal()
                  ? awaited(client, client.submit(task), patience)
                  : client.submitAndWait(task, patience);
      if (json) {
        environment.out().println(Json.textOf(status));
      }
      if (patience != null) {
        return ended(status);
      }
      if (!json) {
        environment.out().println(status.id());
      }
      return ExitCodes.DONE;
    }
  }

  private TaskStatus awaited(TasknetClient client, TaskStatus status, @Nullable Duration patience)
      throws InterruptedException {
    if (patience == null || status.state().ended()) {
      return status;
    }
    try (ProgressBar _ = ProgressBar.show(client, status.id(), environment)) {
      return client.await(status.id(), patience).orElse(status);
    }
  }

  private int ended(TaskStatus status) {
    if (status.state() != TaskState.COMPLETED) {
      throw new CommandException(TaskText.exitCode(status.state()), TaskText.withoutResult(status));
    }
    if (!json) {
      JsonText result = status.result();
      environment.out().println(TaskText.bare(result == null ? JsonText.NULL : result));
    }
    return ExitCodes.DONE;
  }
}
