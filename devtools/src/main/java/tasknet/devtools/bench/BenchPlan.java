package tasknet.devtools.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.client.TaskSubmission;

/**
 * What is to be measured.
 *
 * @param window how many tasks are under way at the same time, at most
 * @param tasks how many; null for as many as there is time for
 * @param durable what each task says; null for nothing
 * @param payloadSize the length of the payload, a text, in characters
 * @param warmUp how long tasks are handed in before it counts
 * @param time how long they are handed in when it counts
 * @param rate how many a second, however fast they are answered; null for as soon as one is
 */
public record BenchPlan(
    Mode mode,
    int window,
    @Nullable Long tasks,
    @Nullable Boolean durable,
    String type,
    int payloadSize,
    Duration warmUp,
    Duration time,
    @Nullable Double rate) {
  private static final String TEXT = "hello world ";

  /** Each task. */
  TaskSubmission submission() {
    String text = TEXT.repeat(payloadSize / TEXT.length() + 1).substring(0, payloadSize);
    return TaskSubmission.of(type, text).withDurable(durable);
  }

  /** Its JSON. */
  byte[] task() {
    return submission().toString().getBytes(StandardCharsets.UTF_8);
  }

  /** It in words. */
  String words() {
    return "%s, %s, %s of %,d characters%s, %s after %s of warm-up"
        .formatted(
            mode,
            (mode == Mode.BULK ? "at most " : "") + "%,d at a time".formatted(window),
            type,
            payloadSize,
            durable == null ? "" : durable ? ", durable" : ", not durable",
            tasks == null ? seconds(time) : "%,d tasks".formatted(tasks),
            seconds(warmUp));
  }

  private static String seconds(Duration time) {
    return "%s s".formatted(time.toMillis() / 1000.0).replace(".0 ", " ");
  }
}
