package tasknet.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasknet.client.TasknetClient;
import tasknet.client.TypeCalls;
import tasknet.http.Json;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;

/** A command that changes what holds for one type, and prints what holds then. */
abstract class TypeChange implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  @Parameters(paramLabel = "TYPE", description = "The type; it need not be known yet.")
  private String type = "";

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  TypeChange(CommandEnvironment environment) {
    this.environment = environment;
  }

  /** Does it. */
  abstract TypeStatus change(TypeCalls calls) throws InterruptedException;

  @Override
  public Integer call() throws InterruptedException {
    TaskType wanted = new TaskType(type);
    TypeStatus now;
    try (TasknetClient client = dispatcher.client(environment)) {
      now = change(client.type(wanted));
    }
    environment.out().println(json ? Json.textOf(now) : wanted + ": " + said(now));
    return ExitCodes.DONE;
  }

  private static String said(TypeStatus now) {
    String limits = TypesCommand.limits(now);
    return limits.equals("-") ? "not paused, no limits" : limits;
  }
}
