package tasknet.devtools.doctor;

import java.util.Optional;
import tasknet.devtools.doctor.Finding.Ok;
import tasknet.devtools.doctor.Finding.Warn;

/** Maven, which builds what {@code ./tasknet} runs. */
public record MavenCheck(Programs programs) implements Check {
  private static final Version LEAST = new Version(3, 8, 7);
  private static final String ADVICE =
      "./tasknet cannot build without Maven "
          + LEAST
          + " or newer"
          + "; install it (Debian: apt-get install maven)";

  @Override
  public String name() {
    return "Maven";
  }

  @Override
  public Finding look() throws InterruptedException {
    return switch (programs.run("mvn", "-B", "--version")) {
      case Programs.Run.Missing() -> new Warn("there is no mvn on the PATH", ADVICE);
      case Programs.Run.TimedOut(var after) ->
          new Warn("mvn --version did not end within " + after.toSeconds() + " s", ADVICE);
      case Programs.Run.Ended(int exitCode, String output, String error) -> {
        Optional<Version> version = exitCode == 0 ? Version.in(output) : Optional.empty();
        if (version.isEmpty()) {
          yield new Warn("mvn --version failed: " + Lines.first(error + '\n' + output), ADVICE);
        }
        yield version.get().compareTo(LEAST) < 0
            ? new Warn(version.get().toString(), ADVICE)
            : new Ok(version.get().toString());
      }
    };
  }
}
