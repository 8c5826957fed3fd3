package tasknet.devtools;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasknet.cli.CommandEnvironment;
import tasknet.cli.ExitCodes;
import tasknet.devtools.doctor.Check;
import tasknet.devtools.doctor.ClockCheck;
import tasknet.devtools.doctor.ComposeCheck;
import tasknet.devtools.doctor.DiskSpaceCheck;
import tasknet.devtools.doctor.DockerCheck;
import tasknet.devtools.doctor.EncodingCheck;
import tasknet.devtools.doctor.FolderCheck;
import tasknet.devtools.doctor.JdkCheck;
import tasknet.devtools.doctor.MavenCheck;
import tasknet.devtools.doctor.OtherClock;
import tasknet.devtools.doctor.PortCheck;
import tasknet.devtools.doctor.PortOwners;
import tasknet.devtools.doctor.Programs;
import tasknet.devtools.doctor.Report;
import tasknet.devtools.doctor.SocketCheck;
import tasknet.devtools.doctor.UdpBufferCheck;
import tasknet.http.Json;
import tasknet.wire.UdpLink;

/** {@code tasknet doctor}. */
@Command(
    name = "doctor",
    description = {
      "Check what Tasknet needs of this machine, and say what to do.",
      "Leaves with 0 when nothing failed, else with 1. Warnings are no failures."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final CommandEnvironment environment;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private final HelpOption help = new HelpOption();

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  DoctorCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    Report report = Report.of(checks());
    if (json) {
      environment.out().println(Json.textOf(report));
    } else {
      report.lines().forEach(environment.out()::println);
    }
    return report.ok() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private List<Check> checks() {
    Map<String, String> variables = environment.variables();
    Programs programs = new Programs(variables, LONGEST);
    PortOwners owners = new PortOwners(programs, Path.of("/proc"));
    LocalCluster.Ports ports = LocalCluster.Ports.STANDARD;
    Path logs = folder(variables.get("LOG_DIR"), "logs");
    Path data = ClusterOptions.dataFolder(variables);
    URI dispatcher = URI.create("http://localhost:" + ports.dispatcher());
    return List.of(
        JdkCheck.ofProcess(),
        new MavenCheck(programs),
        new DockerCheck(programs),
        new ComposeCheck(programs),
        new SocketCheck(Path.of("/var/run/docker.sock")),
        new PortCheck("dispatcher", ports.dispatcher(), choice("dispatcher", true), owners),
        new PortCheck("nameservice", ports.nameservice(), choice("nameservice", false), owners),
        new PortCheck("monitoring", ports.monitoring(), choice("monitoring", true), owners),
        new FolderCheck("Log folder", logs),
        new FolderCheck("Data folder", data),
        new DiskSpaceCheck("Disk of logs", logs),
        new DiskSpaceCheck("Disk of data", data),
        new UdpBufferCheck(Path.of("/proc/sys/net/core/rmem_max"), UdpLink.SOCKET_BUFFER),
        new ClockCheck(
            environment.clock(),
            List.of(
                new OtherClock.Dispatcher(dispatcher, Duration.ofSeconds(2)),
                new OtherClock.Engine(programs))),
        EncodingCheck.ofProcess());
  }

  /** How to choose a service's port; in containers, only where it is published. */
  private static String choice(String service, boolean published) {
    String up = "./tasknet up --" + service + "-port N";
    String variable = "TASKNET_" + service.toUpperCase(Locale.ROOT) + "_PORT=N";
    return published ? up + ", or " + variable + " docker compose up" : up;
  }

  private static Path folder(@Nullable String given, String standard) {
    return given == null || given.isBlank()
        ? LocalCluster.home().resolve(standard)
        : Path.of(given);
  }
}
