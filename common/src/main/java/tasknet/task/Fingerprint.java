package tasknet.task;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What dead tasks of the same kind have in common: a hash of type, error code and message, of which
 * is left out what varies from one task to the next.
 *
 * @param text 16 hexadecimal digits in lower case
 */
public record Fingerprint(String text) {
  private static final Pattern TEXT = Pattern.compile("[0-9a-f]{16}");
  private static final int BYTES = 8;

  /** A message is looked at up to here; stack traces and documents may be long. */
  private static final int MOST_CHARACTERS = 2_000;

  /** Between quotation marks; an apostrophe inside a word is none. */
  private static final Pattern QUOTED =
      Pattern.compile("\"[^\"]*\"|(?<!\\w)'[^']*'(?!\\w)|`[^`]*`|„[^“”]*[“”]|“[^”]*”|«[^»]*»");

  /** Task ids, UUIDs, hashes, numbers, host names of containers: words with a digit in them. */
  private static final Pattern WITH_DIGITS =
      Pattern.compile("(?<![\\p{L}\\d_.:/@-])[\\p{L}_.:/@-]*+\\d[\\p{L}\\d_.:/@-]*+");

  /** The few that have letters only. */
  private static final Pattern HEX = Pattern.compile("\\b[a-fA-F]{8,}\\b");

  /** A worker's name need not have a digit. */
  private static final Pattern WORKER = Pattern.compile("\\bworkers? [A-Za-z0-9_.-]+");

  private static final Pattern SPACE = Pattern.compile("\\s+");

  /**
   * @throws InvalidValueException if it is not one
   */
  public Fingerprint {
    if (!TEXT.matcher(text).matches()) {
      throw new InvalidValueException("fingerprint", text, "16 digits 0-9 and a-f");
    }
  }

  /** That of a task of this type which ended with this error. */
  public static Fingerprint of(TaskType type, TaskError error) {
    String told = type + "\n" + error.code() + "\n" + blanked(error.message());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(told.getBytes(StandardCharsets.UTF_8));
      return new Fingerprint(HexFormat.of().formatHex(hash, 0, BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A message without what varies. */
  static String blanked(String message) {
    String text = message.substring(0, Math.min(message.length(), MOST_CHARACTERS));
    text = QUOTED.matcher(text).replaceAll("#");
    text = WORKER.matcher(text).replaceAll("worker #");
    text = WITH_DIGITS.matcher(text).replaceAll("#");
    text = HEX.matcher(text).replaceAll("#");
    return SPACE.matcher(text).replaceAll(" ").strip();
  }

  @Override
  public String toString() {
    return text;
  }
}
