package tasknet.devtools.doctor;

/** What programs say, cut to what fits into a finding. */
final class Lines {
  private static final int MOST = 200;

  private Lines() {}

  /** The first line with anything on it. */
  static String first(String text) {
    String line = text.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
    return line.length() <= MOST ? line : line.substring(0, MOST) + "…";
  }
}
