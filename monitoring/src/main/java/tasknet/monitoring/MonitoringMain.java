package tasknet.monitoring;

import tasknet.process.ServiceProcess;

/** Monitoring's program. */
public final class MonitoringMain {
  private MonitoringMain() {}

  public static void main(String[] args) {
    ServiceProcess.run(
        "monitoring", args, System.getenv(), MonitoringSettings::read, Monitoring::new);
  }
}
