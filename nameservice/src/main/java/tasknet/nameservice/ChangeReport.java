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
    this.registrations =
        counter(
            "tasknet.registrations",
            "workers that registered, or changed their registration",
            meters);
    this.expirations =
        counter("tasknet.expirations", "workers whose heartbeat did not come in time", meters);
    this.departures = counter("tasknet.departures", "workers that left", meters);
    this.deaths = counter("tasknet.deaths", "workers that were reported dead", meters);
  }

  private static Counter counter(String name, String description, MeterRegistry meters) {
    return Counter.builder(name).description(description).register(meters);
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
