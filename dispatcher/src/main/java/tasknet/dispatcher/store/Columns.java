package tasknet.dispatcher.store;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.Backoff;
import tasknet.task.TaskId;
import tasknet.task.TraceContext;

/**
 * How values are written in columns: an id as its 16 bytes, so that ids sort; an instant as
 * microseconds since 1970; a backoff as text, {@code first factor cap jitter}; a trace as its
 * traceparent, and after a space its tracestate.
 */
final class Columns {
  private static final int ID_BYTES = 16;

  private Columns() {}

  static byte[] id(TaskId id) {
    return ByteBuffer.allocate(ID_BYTES).putLong(id.high()).putLong(id.low()).array();
  }

  static TaskId id(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new TaskId(buffer.getLong(), buffer.getLong());
  }

  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
  }

  static @Nullable Long microsOrNull(@Nullable Instant instant) {
    return instant == null ? null : micros(instant);
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** A space ends the first part, which has none. */
  static @Nullable String trace(@Nullable TraceContext trace) {
    if (trace == null || trace.tracestate() == null) {
      return trace == null ? null : trace.traceparent();
    }
    return trace.traceparent() + ' ' + trace.tracestate();
  }

  static @Nullable TraceContext trace(@Nullable String text) {
    if (text == null) {
      return null;
    }
    int space = text.indexOf(' ');
    return space < 0
        ? TraceContext.read(text, null)
        : TraceContext.read(text.substring(0, space), text.substring(space + 1));
  }

  static String backoff(Backoff backoff) {
    return backoff.first() + " " + backoff.factor() + " " + backoff.cap() + " " + backoff.jitter();
  }

  static Backoff backoff(String text) {
    String[] parts = text.split(" ", -1);
    return new Backoff(
        Duration.parse(parts[0]),
        Double.parseDouble(parts[1]),
        Duration.parse(parts[2]),
        Double.parseDouble(parts[3]));
  }
}
