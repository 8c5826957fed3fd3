package tasknet.monitoring.logs;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the text of an entry: which service, message, fields and trace. */
final class EntryText {
  private static final String CUT = "…";
  private static final Pattern FIELD =
      Pattern.compile("(?<![^ ])(task|attempt|worker)=([^ ]{1,100})(?![^ ])");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\n\t]]");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private EntryText() {}

  /**
   * @param service whose file it is
   * @param file the file's name
   */
  static LogEntry read(RawEntry raw, String service, String file) {
    LineHead head = raw.head();
    int from = head == null ? 0 : head.length();
    // What is no UTF-8 becomes the replacement character.
    String text =
        printable(new String(raw.kept(), from, raw.kept().length - from, StandardCharsets.UTF_8));
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    String rest = end < 0 ? "" : text.substring(end + 1).stripTrailing();
    int space = head == null ? -1 : line.indexOf(' ');
    String message = marked(line.substring(space + 1), raw.cut() && rest.isEmpty());
    String trace = rest.isEmpty() ? null : marked(rest, raw.cut());
    String by = space > 0 ? line.substring(0, space) : service;
    return entry(raw, by, file, message, trace);
  }

  private static LogEntry entry(
      RawEntry raw, String service, String file, String message, @Nullable String trace) {
    String task = null;
    Integer attempt = null;
    String worker = null;
    // A message may hold text from outside; the fields that the service itself adds come last.
    Matcher matcher = FIELD.matcher(message);
    while (raw.head() != null && matcher.find()) {
      String value = matcher.group(2);
      switch (matcher.group(1)) {
        case "task" -> task = value;
        case "attempt" -> attempt = NUMBER.matcher(value).matches() ? Integer.valueOf(value) : null;
        default -> worker = value;
      }
    }
    LineHead head = raw.head();
    return new LogEntry(
        head == null ? null : head.time(),
        head == null ? null : head.level(),
        service,
        file,
        message,
        trace,
        task,
        attempt,
        worker,
        raw.cut());
  }

  private static String marked(String text, boolean cut) {
    return cut ? text + CUT : text;
  }

  /** Services write no control characters; what else lies in a file may hold some. */
  private static String printable(String text) {
    return CONTROL.matcher(text.replace("\r\n", "\n")).replaceAll("\uFFFD");
  }
}
