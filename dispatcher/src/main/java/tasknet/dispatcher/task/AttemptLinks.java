package tasknet.dispatcher.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tasknet.task.AttemptId;

/**
 * The addresses at which a worker fetches the payload of its attempt and puts the result, when they
 * exceed a datagram. Each carries a key that fits its attempt only, and only until the dispatcher
 * is restarted.
 */
public final class AttemptLinks {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 15;

  private final Supplier<URI> base;
  private final SecretKeySpec secret;

  /**
   * @param base where workers reach the dispatcher, for instance {@code http://10.0.0.2:4000}
   */
  public AttemptLinks(Supplier<URI> base) {
    this(base, new SecureRandom());
  }

  /**
   * @param random of which the keys are made: nobody may guess it
   */
  public AttemptLinks(Supplier<URI> base, RandomGenerator random) {
    this.base = base;
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    this.secret = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** Where the payload is fetched. */
  public URI payload(AttemptId attempt) {
    return link(attempt, "payload");
  }

  /** Where the result is put. */
  public URI result(AttemptId attempt) {
    return link(attempt, "result");
  }

  /** Whether a key is that of the attempt. */
  public boolean fits(AttemptId attempt, String key) {
    return MessageDigest.isEqual(key(attempt).getBytes(UTF_8), key.getBytes(UTF_8));
  }

  private URI link(AttemptId attempt, String what) {
    return base.get()
        .resolve(
            "/attempts/"
                + attempt.task()
                + "/"
                + attempt.number()
                + "/"
                + what
                + "?key="
                + key(attempt));
  }

  private String key(AttemptId attempt) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      byte[] full = mac.doFinal(attempt.toString().getBytes(UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(full, KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
