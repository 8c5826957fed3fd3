package tasknet.devtools;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tasknet.dispatcher.DispatcherMain;
import tasknet.monitoring.MonitoringMain;
import tasknet.nameservice.NameserviceMain;
import tasknet.worker.WorkerMain;

/** One service in the foreground, as its container runs it. Each ends the process itself. */
final class ServiceCommands {
  private static final String[] NO_ARGUMENTS = {};

  private ServiceCommands() {}

  /** By name. */
  static Map<String, Supplier<Object>> all() {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("nameservice", NameserviceCommand::new);
    all.put("dispatcher", DispatcherCommand::new);
    all.put("worker", WorkerCommand::new);
    all.put("monitoring", MonitoringCommand::new);
    return all;
  }

  @Command(name = "nameservice", description = "Run the nameservice.")
  private static final class NameserviceCommand implements Runnable {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private final HelpOption help = new HelpOption();

    @Override
    public void run() {
      NameserviceMain.main(NO_ARGUMENTS);
    }
  }

  @Command(name = "dispatcher", description = "Run the dispatcher.")
  private static final class DispatcherCommand implements Runnable {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private final HelpOption help = new HelpOption();

    @Override
    public void run() {
      DispatcherMain.main(NO_ARGUMENTS);
    }
  }

  @Command(name = "worker", description = "Run a worker of the types that are named.")
  private static final class WorkerCommand implements Runnable {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private final HelpOption help = new HelpOption();

    @Parameters(paramLabel = "TYPE", description = "The types of task that it runs.")
    private List<String> types = List.of();

    @Override
    public void run() {
      WorkerMain.main(types.toArray(String[]::new));
    }
  }

  @Command(name = "monitoring", description = "Run monitoring.")
  private static final class MonitoringCommand implements Runnable {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private final HelpOption help = new HelpOption();

    @Override
    public void run() {
      MonitoringMain.main(NO_ARGUMENTS);
    }
  }
}
