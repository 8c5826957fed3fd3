package tasknet.nameservice;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import tasknet.registry.Registration;

/** Logs and counts what changes in the registry. */
final class ChangeReport {
  private final Logger log;
  private final Counter registrations;
  private final Counter expirations;
  private final Counter departures;
  private final Counter deaths;

  ChangeReport(MeterRegistry meters, Logger log) {
    this.log = log;
    this.registrations = meters.counter("tasknet.registrations");
    this.expirations = meters.counter("tasknet.expirations");
    this.departures = meters.counter("tasknet.departures");
    this.deaths = meters.counter("tasknet.deaths");
  }

  void report(RegistryChange change) {
    switch (change) {
      case RegistryChange.Joined(var id, var registration) -> {
        registrations.increment();
        log.info("registered {} worker={}", text(registration), id);
      }
      case RegistryChange.Changed(var id, var registration) -> {
        registrations.increment();
        log.info("registered anew {} worker={}", text(registration), id);
      }
      case RegistryChange.Expired(var id, var registration) -> {
        expirations.increment();
        log.warn("expired, no heartbeat came from {} worker={}", text(registration), id);
      }
      case RegistryChange.Departed(var id, var registration) -> {
        departures.increment();
        log.info("departed {} worker={}", text(registration), id);
      }
      case RegistryChange.Died(var id, var epoch, var cause) -> {
        deaths.increment();
        log.warn("reported dead cause={} epoch={} worker={}", cause, epoch, id);
      }
      case RegistryChange.Returned(var id, var registration) -> {
        registrations.increment();
        log.warn(
            "was reported dead and lives, registered again {} worker={}", text(registration), id);
      }
    }
  }

  private static String text(Registration it) {
    return it.host()
        + ":"
        + it.port()
        + " types="
        + String.join(",", it.types().stream().sorted().map(Object::toString).toList())
        + " capacity="
        + it.capacity()
        + " epoch="
        + it.epoch()
        + " version="
        + it.version()
        + (it.hostname() == null ? "" : " hostname=" + it.hostname());
  }
}
