package tasknet.devtools.doctor;

import java.util.Optional;
import tasknet.devtools.doctor.Finding.Fail;
import tasknet.devtools.doctor.Finding.Ok;
import tasknet.devtools.doctor.Finding.Warn;

/** Docker Compose, a part of the docker command. */
public record ComposeCheck(Programs programs) implements Check {
  private static final Version LEAST = new Version(2, 0, 0);

  /** Before it, {@code up --wait} waited for ever for a container that ends. */
  private static final Version WAITS = new Version(2, 6, 1);

  private static final String INSTALL =
      "install Docker Compose 2 (Debian: apt-get install docker-compose-v2 or"
          + " docker-compose-plugin)";

  @Override
  public String name() {
    return "Compose";
  }

  @Override
  public Finding look() throws InterruptedException {
    return switch (programs.run("docker", "compose", "version", "--short")) {
      case Programs.Run.Missing() ->
          new Warn("there is no docker on the PATH", "it comes with Docker");
      case Programs.Run.TimedOut(var after) ->
          new Fail(
              "docker compose version did not end within " + after.toSeconds() + " s", INSTALL);
      case Programs.Run.Ended(int exitCode, String output, String error) -> {
        Optional<Version> version = exitCode == 0 ? Version.in(output) : Optional.empty();
        if (version.isEmpty() || version.get().compareTo(LEAST) < 0) {
          yield new Fail("there is no Compose 2: " + Lines.first(error + '\n' + output), INSTALL);
        }
        yield version.get().compareTo(WAITS) < 0
            ? new Warn(
                version.get().toString(),
                "its 'up --wait' does not return; take 2.6.1 or newer, or leave --wait out")
            : new Ok(version.get().toString());
      }
    };
  }
}
