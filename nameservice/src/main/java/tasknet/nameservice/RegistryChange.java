package tasknet.nameservice;

import tasknet.registry.Registration;
import tasknet.registry.WorkerId;

/** Something that raised the registry's revision. */
sealed interface RegistryChange {
  WorkerId id();

  /** A worker that was not there. */
  record Joined(WorkerId id, Registration registration) implements RegistryChange {}

  /** A live worker that tells something else than before, for instance after its restart. */
  record Changed(WorkerId id, Registration registration) implements RegistryChange {}

  /** A worker without heartbeats for its time to live. */
  record Expired(WorkerId id, Registration registration) implements RegistryChange {}

  /** A worker that took its leave. */
  record Departed(WorkerId id, Registration registration) implements RegistryChange {}

  /** A worker whose process was reported to have ended; it may have left or expired before. */
  record Died(WorkerId id, long epoch, String cause) implements RegistryChange {}

  /** A worker that was reported dead, and sends heartbeats. */
  record Returned(WorkerId id, Registration registration) implements RegistryChange {}
}
