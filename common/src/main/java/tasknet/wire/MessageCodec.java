package tasknet.wire;

import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;

/**
 * Messages to and from lines of JSON. A payload or result is neither parsed nor written anew: its
 * bytes are cut out of the line as they are.
 */
final class MessageCodec {
  /** More than all that a result's message has beside the result, in bytes. */
  private static final int AROUND_A_RESULT = 200;

  private MessageCodec() {}

  /**
   * Whether a message is shorter than that, seen without writing it; false when that cannot be
   * seen.
   *
   * @param bytes with its line break
   */
  static boolean isSurelyShort(Message message, int bytes) {
    return message instanceof Message.Result result
        && result.outcome() instanceof Outcome.Completed(JsonText json)
        && json.fitsInto(bytes - AROUND_A_RESULT);
  }

  /** The message as one line, with its line break. */
  static byte[] encode(Message message) {
    LineBuffer line = new LineBuffer();
    MessageWriter.write(message, line);
    return line.toBytes();
  }

  /** Reads one line, without its line break. */
  static Decoded decode(byte[] data, int from, int to) {
    Decoded plain = PlainMessage.read(data, from, to);
    return plain == null ? MessageParser.parse(data, from, to) : plain;
  }

  /** What became of a line. */
  sealed interface Decoded {}

  /** A message that this version knows. */
  record Known(Message message) implements Decoded {}

  /**
   * A line that is no message.
   *
   * @param attempt the attempt that it names, where it does
   */
  record Undecodable(Drop reason, @Nullable AttemptId attempt, String detail) implements Decoded {}
}
