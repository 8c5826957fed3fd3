package tasknet.dispatcher.events;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tasknet.task.InvalidValueException;

/**
 * The id of an event, by which a client that was cut off goes on after it.
 *
 * @param start of the process that told it, in milliseconds since 1970
 * @param number of the event in that process; 1 for the first, 0 for the place before it
 */
public record EventId(long start, long number) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws InvalidValueException if it is not that
   */
  public static EventId parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidValueException(
          "Last-Event-ID", text, "the id of an event, such as 1764000000000-42");
    }
    return new EventId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  @Override
  public String toString() {
    return start + "-" + number;
  }
}
