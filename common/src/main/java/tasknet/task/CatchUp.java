package tasknet.task;

import java.util.Locale;

/** What becomes of the ticks of a schedule that were missed, for instance while nothing ran. */
public enum CatchUp {
  /** They are left out. */
  NONE,
  /** One task is made for all of them. */
  LAST,
  /** One task is made for each. */
  ALL;

  /**
   * Reads {@code none}, {@code last} or {@code all}, in any case.
   *
   * @throws InvalidValueException if it is none of these
   */
  public static CatchUp parse(String text) {
    for (CatchUp rule : values()) {
      if (rule.name().equalsIgnoreCase(text)) {
        return rule;
      }
    }
    throw new InvalidValueException("catchUp", text, "one of none, last, all");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
