package tasknet.cli;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jline.builtins.Completers.FileNameCompleter;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import tasknet.client.TaskQuery;
import tasknet.client.TasknetClient;
import tasknet.client.TasknetClient.Timeouts;
import tasknet.client.UnreachableException;
import tasknet.http.ProblemException;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskState;

/** Completes commands, their options, task types and the ids of recent tasks. */
final class ShellCompleter implements Completer, AutoCloseable {
  private static final int RECENT = 20;

  /** Nobody waits for a completion. */
  private static final Timeouts SHORT = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));

  private final CommandLine commands;
  private final Completer files = new FileNameCompleter();
  private final @Nullable TasknetClient client;

  ShellCompleter(CommandLine commands, CommandEnvironment environment) {
    this.commands = commands;
    this.client = client(environment);
  }

  /** What the dispatcher tells for a completion. */
  private interface Question {
    Stream<String> ask(TasknetClient client) throws InterruptedException;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    List<String> words = line.words();
    int index = line.wordIndex();
    if (index == 0) {
      names().forEach(name -> candidates.add(new Candidate(name)));
      return;
    }
    CommandLine command = commands.getSubcommands().get(words.getFirst());
    if (command == null) {
      return;
    }
    if (command.getCommandName().equals("simulate") && index == 1) {
      files.complete(reader, line, candidates);
      return;
    }
    words(command, words.get(index - 1), line.word())
        .forEach(word -> candidates.add(new Candidate(word)));
  }

  private Stream<String> names() {
    return Stream.concat(
        commands.getSubcommands().keySet().stream(), Stream.of("help", "exit", "quit"));
  }

  private Stream<String> words(CommandLine command, String before, String word) {
    if (word.startsWith("-")) {
      return command.getCommandSpec().options().stream().map(OptionSpec::longestName);
    }
    return switch (before) {
      case "submit", "--type" -> answer(ShellCompleter::types);
      case "get", "cancel", "requeue" -> answer(ShellCompleter::ids);
      case "schedules" -> command.getSubcommands().keySet().stream();
      case "--state" -> Stream.of(TaskState.values()).map(TaskState::name);
      default -> Stream.empty();
    };
  }

  private static Stream<String> types(TasknetClient client) throws InterruptedException {
    return client.types().types().stream().map(type -> type.type().name());
  }

  private static Stream<String> ids(TasknetClient client) throws InterruptedException {
    TaskQuery recent = new TaskQuery(null, null, RECENT);
    return client.list(recent, null).tasks().stream().map(task -> task.id().toString());
  }

  private Stream<String> answer(Question question) {
    if (client == null) {
      return Stream.empty();
    }
    try {
      return question.ask(client);
    } catch (UnreachableException | ProblemException e) {
      return Stream.empty(); // The command itself will tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Stream.empty();
    }
  }

  private static @Nullable TasknetClient client(CommandEnvironment environment) {
    String url = environment.variables().get(DispatcherOption.VARIABLE);
    try {
      return url == null ? null : new TasknetClient(URI.create(url), SHORT);
    } catch (InvalidValueException e) {
      return null;
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
