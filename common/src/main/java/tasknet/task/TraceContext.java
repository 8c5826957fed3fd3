package tasknet.task;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where in a distributed trace something belongs, as the W3C writes it: <a
 * href="https://www.w3.org/TR/trace-context/">Trace Context</a>.
 *
 * @param traceparent {@code 00-TRACE-SPAN-FLAGS}, valid, in version 00
 * @param tracestate what vendors say beside it, at most {@link #LONGEST_STATE} characters; null for
 *     nothing
 */
public record TraceContext(String traceparent, @Nullable String tracestate) {
  /** The longest {@code tracestate} that is passed on; that much the W3C asks for. */
  public static final int LONGEST_STATE = 512;

  /** Characters of a {@code traceparent} in version 00. */
  public static final int LENGTH = 55;

  private static final int TRACE = 3;
  private static final int SPAN = 36;
  private static final int FLAGS = 53;

  /** The flags that are known: sampled, and made at random. What others mean is not. */
  private static final int KNOWN_FLAGS = 3;

  private static final int SAMPLED = 1;

  /**
   * @throws InvalidValueException if it is none in version 00
   */
  public TraceContext {
    if (traceparent.length() != LENGTH
        || !traceparent.startsWith("00-")
        || !isValid(traceparent)
        || (tracestate != null && !isState(tracestate))) {
      throw new InvalidValueException("traceparent", traceparent, "as the W3C specifies");
    }
  }

  /** A context of its parts, each in lower-case hexadecimal digits. */
  public static TraceContext of(
      String traceId, String spanId, boolean sampled, @Nullable String tracestate) {
    return new TraceContext("00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00"), tracestate);
  }

  /**
   * Reads what came from elsewhere. What is malformed is passed over, as the W3C asks: a trace must
   * not be the reason why something fails.
   *
   * @param traceparent of any version; null for none
   * @param tracestate null for none; passed over without a {@code traceparent}, and when it is too
   *     long
   */
  public static @Nullable TraceContext read(
      @Nullable String traceparent, @Nullable String tracestate) {
    if (traceparent == null || !isReadable(traceparent) || !isValid(traceparent)) {
      return null;
    }
    String state = tracestate != null && isState(tracestate) ? tracestate : null;
    int flags = HexFormat.fromHexDigits(traceparent, FLAGS, LENGTH);
    return traceparent.length() == LENGTH
            && traceparent.startsWith("00")
            && flags == (flags & KNOWN_FLAGS)
        ? new TraceContext(traceparent, state)
        : new TraceContext(
            "00" + traceparent.substring(2, FLAGS) + "0" + (flags & KNOWN_FLAGS), state);
  }

  /** What the whole trace is called: 32 hexadecimal digits. */
  public String traceId() {
    return traceparent.substring(TRACE, SPAN - 1);
  }

  /** What the span is called that is the parent of whatever follows: 16 hexadecimal digits. */
  public String spanId() {
    return traceparent.substring(SPAN, FLAGS - 1);
  }

  /** Whether who began the trace wants it to be kept. */
  public boolean isSampled() {
    return (Character.digit(traceparent.charAt(LENGTH - 1), 16) & SAMPLED) != 0;
  }

  /** The same without what vendors say. */
  public TraceContext withoutState() {
    return tracestate == null ? this : new TraceContext(traceparent, null);
  }

  /** The end of a log line: which trace it belongs to; nothing for none. */
  public static String inLog(@Nullable TraceContext context) {
    return context == null ? "" : " trace=" + context.traceId();
  }

  /** Version 00 ends after its flags; a later one may go on after a hyphen. */
  private static boolean isReadable(String text) {
    return text.length() == LENGTH
        || (text.length() > LENGTH && !text.startsWith("00") && text.charAt(LENGTH) == '-');
  }

  private static boolean isValid(String text) {
    return isHex(text, 0, 2)
        && !text.startsWith("ff")
        && text.charAt(TRACE - 1) == '-'
        && isHex(text, TRACE, SPAN - 1)
        && !isZero(text, TRACE, SPAN - 1)
        && text.charAt(SPAN - 1) == '-'
        && isHex(text, SPAN, FLAGS - 1)
        && !isZero(text, SPAN, FLAGS - 1)
        && text.charAt(FLAGS - 1) == '-'
        && isHex(text, FLAGS, LENGTH);
  }

  private static boolean isHex(String text, int from, int to) {
    for (int index = from; index < to; index++) {
      char digit = text.charAt(index);
      if (!(digit >= '0' && digit <= '9') && !(digit >= 'a' && digit <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(String text, int from, int to) {
    for (int index = from; index < to; index++) {
      if (text.charAt(index) != '0') {
        return false;
      }
    }
    return true;
  }

  /** Printable ASCII: it may stand in a header as it is. */
  private static boolean isState(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_STATE
        && text.chars().allMatch(character -> character >= ' ' && character < 0x7f);
  }
}
