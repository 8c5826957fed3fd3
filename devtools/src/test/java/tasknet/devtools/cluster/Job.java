package tasknet.devtools.cluster;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import tasknet.client.TaskSubmission;
import tasknet.client.simulation.Expectation;
import tasknet.http.Json;
import tasknet.runtime.Backoff;
import tasknet.task.TaskError;

/** A task to be handed in, and what must become of it. */
public record Job(TaskSubmission task, Expectation expected) {
  private static final Backoff SHORT =
      new Backoff(Duration.ofMillis(20), 2, Duration.ofMillis(100), 0.2);

  /** Tasks of all six types, one in ten of them with a payload that its handler refuses. */
  public static List<Job> mixed(long seed, int count, double longestWait) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Job> jobs = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      jobs.add(random.nextInt(10) == 0 ? invalid(random) : valid(random, number, longestWait));
    }
    return jobs;
  }

  /** Waits that take from one to the other number of seconds. */
  public static List<Job> waits(long seed, int count, double shortest, double longest) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Job> jobs = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      jobs.add(wait(random.nextDouble(shortest, longest)));
    }
    return jobs;
  }

  public static Job wait(double seconds) {
    BigDecimal payload = BigDecimal.valueOf(Math.round(seconds * 1000), 3);
    return of("wait", payload, new Expectation.Result(Json.textOf(payload)));
  }

  public static Job reverse(String text) {
    String reversed = new StringBuilder(text).reverse().toString();
    return of("reverse", text, new Expectation.Result(Json.textOf(reversed)));
  }

  public static Job hash(String text) {
    return of("hash", text, new Expectation.Result(Json.textOf(sha256(text))));
  }

  /** The same task with another number of attempts. */
  public Job withAttempts(int most) {
    return new Job(task.withMaxAttempts(most), expected);
  }

  /** The same task, run at most once, by a worker that will be killed. */
  public Job lostWithItsWorker() {
    return new Job(task.withMaxAttempts(1), new Expectation.ErrorCode(TaskError.WORKER_LOST));
  }

  private static Job valid(SplittableRandom random, int number, double longestWait) {
    String text = "Task " + number + " äöü€😀 " + Long.toHexString(random.nextLong());
    return switch (random.nextInt(6)) {
      case 0 -> reverse(text);
      case 1 -> hash(text);
      case 2 -> {
        int one = random.nextInt();
        int other = random.nextInt();
        long sum = (long) one + other;
        yield of("sum", List.of(one, other), new Expectation.Result(Json.textOf(sum)));
      }
      case 3 ->
          of("upper", text, new Expectation.Result(Json.textOf(text.toUpperCase(Locale.ROOT))));
      case 4 -> wait(random.nextDouble() * longestWait);
      default -> of("random_fact", number, new Expectation.ResultLike(Pattern.compile("^.{10,}$")));
    };
  }

  private static Job invalid(SplittableRandom random) {
    Expectation refused = new Expectation.ErrorCode("invalid-payload");
    return switch (random.nextInt(5)) {
      case 0 -> of("reverse", 5, refused);
      case 1 -> of("hash", List.of("a"), refused);
      case 2 -> of("sum", "one,two", refused);
      case 3 -> of("upper", true, refused);
      default -> of("wait", -1, refused);
    };
  }

  private static Job of(String type, Object payload, Expectation expected) {
    return new Job(TaskSubmission.of(type, payload).withBackoff(SHORT), expected);
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
