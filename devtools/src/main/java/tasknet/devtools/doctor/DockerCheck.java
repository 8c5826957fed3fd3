package tasknet.devtools.doctor;

import java.util.Locale;
import java.util.Optional;
import tasknet.devtools.doctor.Finding.Fail;
import tasknet.devtools.doctor.Finding.Ok;
import tasknet.devtools.doctor.Finding.Warn;

/** The Docker engine. Whoever has none can still use {@code ./tasknet up}. */
public record DockerCheck(Programs programs) implements Check {
  private static final Version LEAST = new Version(20, 10, 0);
  private static final String INSTALL =
      "for containers, install Docker 20.10 or newer; ./tasknet up works without";

  @Override
  public String name() {
    return "Docker";
  }

  @Override
  public Finding look() throws InterruptedException {
    return switch (programs.run("docker", "version", "--format", "{{.Server.Version}}")) {
      case Programs.Run.Missing() -> new Warn("there is no docker on the PATH", INSTALL);
      case Programs.Run.TimedOut(var after) ->
          new Fail(
              "the engine does not answer within " + after.toSeconds() + " s",
              "restart it (Linux: sudo systemctl restart docker)");
      case Programs.Run.Ended(int exitCode, String output, String error) ->
          exitCode == 0 ? judged(output) : unreachable(error);
    };
  }

  private static Finding judged(String output) {
    Optional<Version> version = Version.in(output);
    return version.isEmpty() || version.get().compareTo(LEAST) < 0
        ? new Warn("the engine is " + Lines.first(output), INSTALL)
        : new Ok("engine " + Lines.first(output));
  }

  private static Finding unreachable(String error) {
    boolean forbidden = error.toLowerCase(Locale.ROOT).contains("permission denied");
    return new Fail(
        Lines.first(error),
        forbidden
            ? SocketCheck.JOIN_GROUP
            : "start it (Linux: sudo systemctl start docker; else: start Docker Desktop)");
  }
}
