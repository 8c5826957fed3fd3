package tasknet.dispatcher.store;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text that is looked for in tasks, in upper or lower case of any language. */
final class SoughtText {
  private final Pattern pattern;

  SoughtText(String text) {
    this.pattern =
        Pattern.compile(text, Pattern.LITERAL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  boolean occursIn(@Nullable String text) {
    return text != null && pattern.matcher(text).find();
  }

  boolean occursInAny(Iterable<String> texts) {
    for (String text : texts) {
      if (occursIn(text)) {
        return true;
      }
    }
    return false;
  }
}
