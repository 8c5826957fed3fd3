package tasknet.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasknet.client.EventQuery;
import tasknet.client.EventStream;
import tasknet.client.TasknetClient;
import tasknet.client.Told;
import tasknet.http.Json;
import tasknet.task.InvalidValueException;
import tasknet.task.Labels;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskType;

/** {@code tasknet events}. */
@Command(
    name = "events",
    description = "Show what happens to tasks, as it happens: to one until it ends, or to all.")
final class EventsCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Parameters(arity = "0..1", paramLabel = "ID", description = "Only this task, until it ends.")
  private @Nullable String id;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only tasks of this type; may be repeated.")
  private List<String> types = List.of();

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Only tasks with this label; may be repeated.")
  private Map<String, String> labels = Map.of();

  @Option(names = "--limit", paramLabel = "N", description = "Stop after so many events.")
  private @Nullable Integer limit;

  @Option(names = "--json", description = "Print each event as one line of JSON.")
  private boolean json;

  EventsCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (limit != null && limit < 1) {
      throw new InvalidValueException("--limit", limit, "a whole number of at least 1");
    }
    if (id != null && !(types.isEmpty() && labels.isEmpty())) {
      throw new InvalidValueException("ID", id, "left out with --type and --label");
    }
    try (TasknetClient client = dispatcher.client(environment);
        EventStream stream = open(client)) {
      int shown = 0;
      Optional<Told> told = stream.next();
      while (told.isPresent()) {
        show(told.get());
        shown++;
        told = limit == null || shown < limit ? stream.next() : Optional.empty();
      }
    }
    return ExitCodes.DONE;
  }

  private EventStream open(TasknetClient client) throws InterruptedException {
    return id == null
        ? client
            .events()
            .all(
                new EventQuery(
                    types.stream().map(TaskType::new).collect(Collectors.toSet()),
                    new Labels(labels).each()))
        : client.events().of(TaskId.parse(id));
  }

  private void show(Told told) {
    switch (told) {
      case Told.Changed(TaskEvent event) -> show(event, event.state().toString());
      case Told.Progressed(TaskEvent event) -> show(event, "progress");
      case Told.Gap(String message) -> environment.err().println("tasknet: " + message);
    }
  }

  private void show(TaskEvent event, String what) {
    environment.out().println(json ? Json.textOf(event).toString() : EventText.line(event, what));
  }
}
