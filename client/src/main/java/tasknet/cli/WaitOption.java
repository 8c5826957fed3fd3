package tasknet.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code --wait}, {@code --wait=30s} or {@code --wait 30s}. */
final class WaitOption {
  private static final String DEFAULT = "60s";

  @Option(
      names = "--wait",
      arity = "0..1",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      preprocessor = OnlyDurations.class,
      description = "Wait for the end of the task, at most so long (" + DEFAULT + ").")
  private @Nullable Duration wait;

  /** How long to wait; null for not at all. */
  @Nullable Duration duration() {
    return wait;
  }

  /** Keeps {@code --wait reverse OpenAI} from taking the type for a duration. */
  static final class OnlyDurations implements IParameterPreprocessor {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's choice
    public boolean preprocess(
        Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      boolean attached = !String.valueOf(info.getOrDefault("separator", "")).isBlank();
      boolean duration = !arguments.isEmpty() && DurationConverter.accepts(arguments.peek());
      if (!attached && !duration) {
        arguments.push(DEFAULT);
      }
      return false;
    }
  }
}
