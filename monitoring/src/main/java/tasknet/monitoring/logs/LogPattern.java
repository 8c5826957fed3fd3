package tasknet.monitoring.logs;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.regex.Matcher;
import tasknet.task.InvalidValueException;

/**
 * Reads regular expressions that come from outside. RE2 needs a time that grows only with the text;
 * but {@code ((a{100}){100}){100}} is a million steps for each character, so that these are
 * limited.
 */
final class LogPattern {
  private static final int MAX_LENGTH = 200;
  private static final int MAX_REPEATS = 1_000;
  private static final int MAX_STEPS = 2_000;

  private static final java.util.regex.Pattern REPEAT =
      java.util.regex.Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{0,9}))?}");

  private LogPattern() {}

  /**
   * @throws InvalidValueException if it is none, or one that would take too long
   */
  static Pattern of(String text) {
    if (text.length() > MAX_LENGTH || repeats(text) > MAX_REPEATS) {
      throw tooLong(text);
    }
    try {
      Pattern pattern = Pattern.compile(text);
      if (pattern.programSize() > MAX_STEPS) {
        throw tooLong(text);
      }
      return pattern;
    } catch (PatternSyntaxException e) {
      throw new InvalidValueException(
          "regex", text, "a regular expression of RE2: " + e.getDescription());
    }
  }

  /** As if all of them were nested. */
  private static double repeats(String text) {
    double product = 1;
    for (Matcher matcher = REPEAT.matcher(text); matcher.find(); ) {
      String most = matcher.group(2);
      String times = most == null || most.isEmpty() ? matcher.group(1) : most;
      product *= Math.max(1, Integer.parseInt(times));
    }
    return product;
  }

  private static InvalidValueException tooLong(String text) {
    return new InvalidValueException(
        "regex",
        text,
        "a regular expression of at most "
            + MAX_LENGTH
            + " characters whose repetitions make at most "
            + MAX_REPEATS);
  }
}
