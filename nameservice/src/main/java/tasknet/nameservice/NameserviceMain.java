package tasknet.nameservice;

import tasknet.process.ServiceProcess;

/** The nameservice's program. */
public final class NameserviceMain {
  private NameserviceMain() {}

  public static void main(String[] args) {
    ServiceProcess.run(
        "nameservice", args, System.getenv(), NameserviceSettings::read, Nameservice::new);
  }
}
