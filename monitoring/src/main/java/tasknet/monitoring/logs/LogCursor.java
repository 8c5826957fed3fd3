package tasknet.monitoring.logs;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import tasknet.task.InvalidValueException;

/**
 * Where a page ended in the log of each service. What is appended later lies after these places,
 * and a file that is rolled keeps its bytes, so that no line is lost or shown twice. A service that
 * is not named has nothing more to show.
 *
 * @param before entries from then on are not wanted; null when all are
 * @param places by {@link #nameOf} the service
 */
record LogCursor(@Nullable Instant before, Map<Integer, LogCursor.Place> places) {
  /** How it begins, so that it is told from an instant; the number is its version. */
  static final String PREFIX = "c1_";

  private static final int PLACE_BYTES = 4 + 8 + 4;
  private static final String ALLOWED =
      "the 'next' of an answer, or an instant such as 2026-11-23T17:53:26.123Z";

  /**
   * A place in one of the files of a service.
   *
   * @param print of the bytes before it, by which the file is found when it has another name
   */
  record Place(RawEntry.Mark mark, int print) {}

  /** Names are long, and the address of a request is not. */
  static int nameOf(String service) {
    return print(service.getBytes(StandardCharsets.UTF_8));
  }

  static int print(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  /**
   * Reads the text of a cursor.
   *
   * @throws InvalidValueException if it is none
   */
  static LogCursor parse(String text) {
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(PREFIX.length())));
      long before = bytes.getLong();
      Map<Integer, Place> places = new HashMap<>();
      while (bytes.hasRemaining()) {
        int name = bytes.getInt();
        long offset = bytes.getLong();
        boolean cut = offset < 0;
        RawEntry.Mark mark = new RawEntry.Mark(offset & Long.MAX_VALUE, cut);
        places.put(name, new Place(mark, bytes.getInt()));
      }
      return new LogCursor(before == Long.MAX_VALUE ? null : Instant.ofEpochMilli(before), places);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw invalid(text);
    }
  }

  static InvalidValueException invalid(String text) {
    return new InvalidValueException("before", text, ALLOWED);
  }

  /** Its text, which {@link #parse} reads. */
  String text() {
    ByteBuffer bytes = ByteBuffer.allocate(8 + places.size() * PLACE_BYTES);
    bytes.putLong(before == null ? Long.MAX_VALUE : before.toEpochMilli());
    places.forEach(
        (name, place) -> {
          long offset = place.mark().offset();
          bytes.putInt(name);
          bytes.putLong(place.mark().cut() ? offset | Long.MIN_VALUE : offset);
          bytes.putInt(place.print());
        });
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
