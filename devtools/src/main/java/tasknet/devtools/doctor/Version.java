package tasknet.devtools.doctor;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first numbers of a version, for instance of {@code v2.26.1-desktop.4}. */
record Version(int major, int minor, int patch) implements Comparable<Version> {
  private static final Pattern NUMBERS =
      Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(?:\\.(\\d{1,9}))?");

  /** The first version that stands in a text. */
  static Optional<Version> in(String text) {
    Matcher numbers = NUMBERS.matcher(text);
    if (!numbers.find()) {
      return Optional.empty();
    }
    return Optional.of(
        new Version(
            Integer.parseInt(numbers.group(1)),
            Integer.parseInt(numbers.group(2)),
            numbers.group(3) == null ? 0 : Integer.parseInt(numbers.group(3))));
  }

  @Override
  public int compareTo(Version other) {
    int byMajor = Integer.compare(major, other.major);
    int byMinor = byMajor == 0 ? Integer.compare(minor, other.minor) : byMajor;
    return byMinor == 0 ? Integer.compare(patch, other.patch) : byMinor;
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
