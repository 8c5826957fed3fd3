package tasknet.task;

import java.util.regex.Pattern;

/**
 * A mark of a task, to find it by.
 *
 * @param key 1 to 64 letters, digits, and {@code . _ - /}
 * @param value up to 256 characters
 */
public record Label(String key, String value) {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._/-]{1,64}");
  private static final int MAX_VALUE = 256;

  /**
   * @throws InvalidValueException if the key or the value is not allowed
   */
  public Label {
    if (!KEY.matcher(key).matches()) {
      throw new InvalidValueException(
          "labels", key, "keys of 1 to 64 letters, digits, and the characters . _ - /");
    }
    if (value.length() > MAX_VALUE || value.codePoints().anyMatch(Label::isNotText)) {
      throw new InvalidValueException(
          "labels", value, "values of up to 256 characters without control characters");
    }
  }

  /**
   * Reads {@code key:value}.
   *
   * @throws InvalidValueException if it is not that
   */
  public static Label parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new InvalidValueException("label", text, "a key and a value, such as customer:4711");
    }
    return new Label(text.substring(0, colon), text.substring(colon + 1));
  }

  /** A line break would end it in the store; half a surrogate pair cannot be written in UTF-8. */
  private static boolean isNotText(int point) {
    return Character.isISOControl(point)
        || (Character.MIN_SURROGATE <= point && point <= Character.MAX_SURROGATE);
  }

  @Override
  public String toString() {
    return key + ":" + value;
  }
}
