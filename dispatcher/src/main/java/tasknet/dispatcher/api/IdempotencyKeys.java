package tasknet.dispatcher.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.task.InvalidValueException;

/** Reads the header {@code Idempotency-Key}, with quotation marks as in the draft, or without. */
final class IdempotencyKeys {
  private static final Pattern ALLOWED = Pattern.compile("[\\x20-\\x7E]{1,255}");

  private final Duration kept;

  /**
   * @param kept how long a key is kept
   */
  IdempotencyKeys(Duration kept) {
    this.kept = kept;
  }

  /**
   * Null when there is none.
   *
   * @throws InvalidValueException if it is not allowed
   */
  @Nullable SubmissionKey of(@Nullable String header, byte[] body, Instant now) {
    if (header == null) {
      return null;
    }
    boolean quoted = header.length() > 1 && header.startsWith("\"") && header.endsWith("\"");
    String key = quoted ? header.substring(1, header.length() - 1) : header;
    return key("Idempotency-Key", key, body, now);
  }

  /**
   * The key of a line of a stream.
   *
   * @param content what must be the same when it comes again
   * @throws InvalidValueException if it is not allowed
   */
  SubmissionKey ofLine(String key, byte[] content, Instant now) {
    return key("idempotencyKey", key, content, now);
  }

  private SubmissionKey key(String field, String key, byte[] body, Instant now) {
    if (!ALLOWED.matcher(key).matches()) {
      throw new InvalidValueException(field, key, "1 to 255 printable ASCII characters");
    }
    return new SubmissionKey(key, hash(body), now.plus(kept));
  }

  private static String hash(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
