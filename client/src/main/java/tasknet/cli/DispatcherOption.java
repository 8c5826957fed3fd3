package tasknet.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tasknet.client.TasknetClient;
import tasknet.task.InvalidValueException;

/**
 * The options of every command. A root command that has them too hands its address down, so that
 * {@code --url} may stand before or after the command.
 */
public final class DispatcherOption {
  /** The variable that holds the address when no option does. */
  public static final String VARIABLE = "TASKNET_DISPATCHER_URL";

  private static final String NAME = "--url";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = NAME,
      paramLabel = "URL",
      description = "The dispatcher's address. Default: $" + VARIABLE + " or http://localhost:4000")
  private @Nullable String url;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  /** A client for the dispatcher that is meant. */
  TasknetClient client(CommandEnvironment environment) {
    return new TasknetClient(address(environment.variables()));
  }

  /** The address of the dispatcher that is meant. */
  URI address(Map<String, String> variables) {
    String text = given();
    if (text == null) {
      String variable = variables.get(VARIABLE);
      text = variable == null || variable.isBlank() ? "http://localhost:4000" : variable.strip();
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new InvalidValueException("url", text, "an address such as http://localhost:4000");
    }
  }

  private @Nullable String given() {
    if (url != null) {
      return url;
    }
    for (CommandSpec above = command.parent(); above != null; above = above.parent()) {
      OptionSpec option = above.findOption(NAME);
      if (option != null && option.getValue() instanceof String text) {
        return text;
      }
    }
    return null;
  }
}
