package tasknet.cli;

import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import tasknet.client.UnreachableException;
import tasknet.client.simulation.TaskFileException;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.InvalidValueException;

/** Tells of every error in exactly one line on standard error, and gives it its exit code. */
public final class OneLineErrors implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final PrintStream err;

  public OneLineErrors(PrintStream err) {
    this.err = err;
  }

  /** To be called when all subcommands are there. */
  public void applyTo(CommandLine root) {
    root.setExecutionExceptionHandler(this);
    root.setParameterExceptionHandler(this);
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String what =
        e instanceof UnmatchedArgumentException unmatched
            ? unmatched(unmatched, command)
            : firstLine(e);
    tell(what + " (see '" + command.qualifiedName() + " --help')");
    return ExitCodes.USAGE;
  }

  private static String unmatched(UnmatchedArgumentException e, CommandSpec command) {
    String first = e.getUnmatched().getFirst();
    if (e.isUnknownOption()) {
      return "there is no option '" + first + "'; to pass it as a value, put -- before it";
    }
    return command.subcommands().isEmpty()
        ? "'" + first + "' is one argument too many; a value with spaces needs quotes"
        : "there is no command '" + first + "'";
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult result) {
    return handle(failure);
  }

  /**
   * Tells of an error.
   *
   * @return its exit code
   */
  public int handle(Exception failure) {
    return switch (failure) {
      case CommandException e -> told(firstLine(e), e.exitCode());
      case InvalidValueException e -> told(firstLine(e), ExitCodes.USAGE);
      case TaskFileException e -> told(firstLine(e), ExitCodes.USAGE);
      case ProblemException e -> told(text(e.problem()), exitCode(e.problem()));
      case UnreachableException e -> told(firstLine(e) + advice(e), ExitCodes.UNREACHABLE);
      case InterruptedException e -> told("interrupted", ExitCodes.INTERRUPTED);
      default ->
          told(
              "unexpected error: " + failure.getClass().getSimpleName() + ": " + firstLine(failure),
              ExitCodes.FAILED);
    };
  }

  private static String text(Problem problem) {
    return "the dispatcher refused: " + problem.detail() + " (" + problem.code() + ")";
  }

  private static int exitCode(Problem problem) {
    return problem.status() == 400 ? ExitCodes.USAGE : ExitCodes.FAILED;
  }

  private static String advice(UnreachableException e) {
    return e.connectionRefused() ? "; is it running? start it with ./tasknet up" : "";
  }

  private int told(String message, int exitCode) {
    tell(message);
    return exitCode;
  }

  private void tell(String message) {
    err.println("tasknet: " + message);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
