package tasknet.devtools.doctor;

import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import tasknet.http.JsonClient;
import tasknet.http.ProblemException;

/** The clock of another part of the system, which may be on another machine. */
public interface OtherClock {
  /** Whose it is. */
  String owner();

  /** What it shows; nothing when it cannot be asked. */
  Optional<Instant> instant() throws InterruptedException;

  /** The Docker engine's. */
  record Engine(Programs programs) implements OtherClock {
    @Override
    public String owner() {
      return "Docker engine";
    }

    @Override
    public Optional<Instant> instant() throws InterruptedException {
      try {
        return programs.run("docker", "info", "--format", "{{.SystemTime}}")
                instanceof Programs.Run.Ended(int _, String output, String _)
            ? Optional.of(OffsetDateTime.parse(output).toInstant())
            : Optional.empty();
      } catch (DateTimeException e) {
        return Optional.empty(); // the engine is not there
      }
    }
  }

  /** The dispatcher's, in whole seconds. */
  record Dispatcher(URI address, Duration timeout) implements OtherClock {
    @Override
    public String owner() {
      return "dispatcher";
    }

    @Override
    public Optional<Instant> instant() throws InterruptedException {
      try (JsonClient client = new JsonClient(address, timeout)) {
        return client
            .send("GET", "/health/live", null, timeout, Map.of())
            .headers()
            .firstValue("Date")
            .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
      } catch (IOException | ProblemException | IllegalArgumentException | DateTimeException e) {
        return Optional.empty(); // it is not there, or is something else
      }
    }
  }
}
