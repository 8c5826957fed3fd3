package tasknet.worker;

import java.util.List;
import java.util.Map;
import tasknet.process.ServiceProcess;

/** A worker's program; its arguments are the types of task that it runs. */
public final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    ServiceProcess.run(
        WorkerSettings::service,
        () ->
            WorkerSettings.read(
                environment, Handlers.onClassPath(), List.of(arguments), process(environment)),
        Worker::new);
  }

  private static String process(Map<String, String> environment) {
    return WorkerSettings.hostname(environment) + '-' + ProcessHandle.current().pid();
  }
}
