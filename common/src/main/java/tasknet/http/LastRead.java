package tasknet.http;

import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What was read last, and from which bytes: the same bytes are not read again. */
public final class LastRead<T> {
  private byte @Nullable [] bytes;
  private @Nullable T value;

  /** What the bytes say if they are the same as the last time; else null. */
  public synchronized @Nullable T known(byte[] now) {
    return value != null && Arrays.equals(bytes, now) ? value : null;
  }

  /**
   * What the bytes say.
   *
   * @param now are kept, and must not be changed any more
   * @param reader is asked only when they are others than the last time
   */
  public synchronized T read(byte[] now, Function<byte[], T> reader) {
    T known = known(now);
    if (known != null) {
      return known;
    }
    T read = reader.apply(now);
    bytes = now;
    value = read;
    return read;
  }
}
