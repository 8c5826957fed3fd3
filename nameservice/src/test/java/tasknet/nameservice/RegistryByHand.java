package tasknet.nameservice;

import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.runtime.NanoClock;

/** A registry without a server, a file and threads: whoever has it looks after its time. */
public final class RegistryByHand {
  private final Registry registry;
  private final ExpiryTimer expiry;

  /** What is kept over a restart. */
  public static final class Kept {
    private final RegistryContent content;

    private Kept(RegistryContent content) {
      this.content = content;
    }

    /** Nothing, before the first start. */
    public static Kept nothing() {
      return new Kept(RegistryContent.EMPTY);
    }
  }

  /**
   * @param onChange told after each change
   */
  public RegistryByHand(
      Kept kept,
      Duration timeToLive,
      NanoClock nanos,
      InstantSource clock,
      Runnable onChange,
      Logger log) {
    registry = new Registry(timeToLive, nanos, clock, _ -> onChange.run());
    registry.restore(kept.content);
    expiry = new ExpiryTimer(registry, timeToLive, nanos, log);
  }

  /** What would be written now. */
  public Kept kept() {
    return new Kept(registry.content());
  }

  /** A heartbeat; whether it was accepted: not when a newer process has the name. */
  public boolean register(WorkerId id, Registration registration) {
    return registry.register(id, registration) instanceof RegisterResult.Accepted;
  }

  /** A worker takes its leave. */
  public void depart(WorkerId id, long epoch) {
    registry.depart(id, epoch);
  }

  /** A worker's process is reported dead. */
  public void died(WorkerId id, long epoch, String cause) {
    registry.died(id, epoch, cause);
  }

  public WorkerList list() {
    return registry.list(null);
  }

  public long revision() {
    return registry.revision();
  }

  /** What its thread does; answers after how long it does so again. */
  public Duration tick() {
    return expiry.tick();
  }
}
