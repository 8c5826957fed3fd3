package tasknet.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import tasknet.task.TaskId;
import tools.jackson.core.io.JsonStringEncoder;

/** A line of JSON that is being written, and may be used again for the next. For one thread. */
final class LineBuffer {
  private static final int USUAL = 512;
  private static final int MOST_DIGITS = 20;

  private byte[] data = new byte[USUAL];
  private int length;

  /** The bytes that were written, from 0 to {@link #length()}; until the next call. */
  byte[] data() {
    return data;
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(data, length);
  }

  void clear() {
    length = 0;
  }

  /** JSON as it is. */
  LineBuffer raw(String json) {
    return add(json.getBytes(UTF_8));
  }

  LineBuffer raw(char character) {
    room(1)[length++] = (byte) character;
    return this;
  }

  /** A JSON string of any text; a question mark for half a surrogate pair, which UTF-8 lacks. */
  LineBuffer text(String text) {
    raw('"').add(JsonStringEncoder.getInstance().quoteAsUTF8(Texts.sendable(text)));
    return raw('"');
  }

  LineBuffer id(TaskId id) {
    id.write(room(TaskId.LENGTH), length);
    length += TaskId.LENGTH;
    return this;
  }

  /** A whole number from 0. */
  LineBuffer number(long number) {
    byte[] to = room(MOST_DIGITS);
    int end = length + MOST_DIGITS;
    int start = end;
    long rest = number;
    do {
      long tenth = rest / 10;
      to[--start] = (byte) ('0' + rest - 10 * tenth);
      rest = tenth;
    } while (rest > 0);
    System.arraycopy(to, start, to, length, end - start);
    length += end - start;
    return this;
  }

  private LineBuffer add(byte[] bytes) {
    System.arraycopy(bytes, 0, room(bytes.length), length, bytes.length);
    length += bytes.length;
    return this;
  }

  private byte[] room(int bytes) {
    if (data.length - length < bytes) {
      data = Arrays.copyOf(data, Math.max(2 * data.length, length + bytes));
    }
    return data;
  }
}
