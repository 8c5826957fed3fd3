package tasknet.dispatcher;

import tasknet.process.ServiceProcess;

/** The dispatcher's program. */
public final class DispatcherMain {
  private DispatcherMain() {}

  public static void main(String[] args) {
    ServiceProcess.run(
        "dispatcher", args, System.getenv(), DispatcherSettings::read, Dispatcher::new);
  }
}
