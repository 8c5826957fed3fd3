package tasknet.runtime;

/** A clock that only measures how time passes: never set back, unlike the time of day. */
@FunctionalInterface
public interface NanoClock {
  /** The system's. */
  NanoClock SYSTEM = System::nanoTime;

  /** Nanoseconds since an arbitrary origin; compare by subtraction only. */
  long nanoTime();
}
