package tasknet.dispatcher.api;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.Settings;
import tasknet.task.InvalidValueException;

/** How long a client wants to wait for an answer. */
final class Waits {
  /** Nobody waits for longer than this in one request. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Pattern PREFER_WAIT =
      Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?:,|;|$)");

  private Waits() {}

  /**
   * The {@code wait} preference, in seconds; none is no wait, more than allowed is cut.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc7240#section-4.3">RFC 7240</a>
   */
  static Duration preferred(@Nullable String prefer) {
    Matcher matcher = PREFER_WAIT.matcher(prefer == null ? "" : prefer);
    return matcher.find()
        ? cut(Duration.ofSeconds(Long.parseLong(matcher.group(1))))
        : Duration.ZERO;
  }

  /** The same for a bulk, where {@code wait} may also come without a number: as long as may be. */
  static Duration preferredByBulk(@Nullable String prefer) {
    boolean bare = prefer != null && prefer.matches("(.*,)?\\s*wait\\s*([,;].*)?");
    return bare ? LONGEST : preferred(prefer);
  }

  /**
   * The {@code wait} parameter of a query; none is no wait, more than allowed is cut.
   *
   * @throws InvalidValueException if it is not a duration
   */
  static Duration queried(@Nullable String wait) {
    if (wait == null) {
      return Duration.ZERO;
    }
    try {
      Duration duration =
          wait.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(wait))
              : Settings.parseDuration(wait);
      if (!duration.isNegative()) {
        return cut(duration);
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the error that names what is allowed.
    }
    throw new InvalidValueException("wait", wait, "a duration such as 500ms, 30s, 2m, or seconds");
  }

  private static Duration cut(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }
}
