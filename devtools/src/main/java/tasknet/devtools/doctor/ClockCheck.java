package tasknet.devtools.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import tasknet.devtools.doctor.Finding.Fail;
import tasknet.devtools.doctor.Finding.Ok;
import tasknet.devtools.doctor.Finding.Warn;

/** The time of this machine, by itself and beside other clocks. */
public record ClockCheck(InstantSource clock, List<OtherClock> others) implements Check {
  /** When Java 25 came out. */
  private static final Instant EARLIEST = Instant.parse("2025-09-16T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  /** Some clocks show whole seconds only, and asking takes time. */
  private static final Duration TOLERATED = Duration.ofSeconds(2);

  private static final String ADVICE =
      "logs and times of tasks will not fit together; set the clock (Linux: sudo timedatectl"
          + " set-ntp true)";

  @Override
  public String name() {
    return "Clock";
  }

  @Override
  public Finding look() throws InterruptedException {
    Instant now = clock.instant();
    StringBuilder what = new StringBuilder(now.truncatedTo(ChronoUnit.SECONDS).toString());
    if (now.isBefore(EARLIEST) || now.isAfter(LATEST)) {
      return new Fail(what + " is not the time", ADVICE);
    }
    boolean together = true;
    for (OtherClock other : others) {
      Instant before = clock.instant();
      Optional<Instant> shown = other.instant();
      Instant after = clock.instant();
      if (shown.isPresent()) {
        Duration off = offBy(shown.get(), before, after);
        boolean fits = off.compareTo(TOLERATED) <= 0;
        together &= fits;
        what.append(fits ? ", as the " : ", " + off.toSeconds() + " s away from the ")
            .append(other.owner());
      }
    }
    return together ? new Ok(what.toString()) : new Warn(what.toString(), ADVICE);
  }

  /** How far from the time in which it was asked. */
  private static Duration offBy(Instant shown, Instant before, Instant after) {
    if (shown.isBefore(before)) {
      return Duration.between(shown, before);
    }
    return shown.isAfter(after) ? Duration.between(after, shown) : Duration.ZERO;
  }
}
