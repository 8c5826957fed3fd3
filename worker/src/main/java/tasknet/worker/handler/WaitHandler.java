package tasknet.worker.handler;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

/** {@code wait}: waits for some seconds, and gives their number back. */
public final class WaitHandler implements TaskHandler {
  private static final TaskType TYPE = new TaskType("wait");
  private static final int MOST = 3600;

  /** How often it says how far it is. */
  private static final Duration STEP = Duration.ofSeconds(1);

  @Override
  public TaskType type() {
    return TYPE;
  }

  @Override
  public Demand demand() {
    return Demand.WAITS;
  }

  @Override
  public JsonNode handle(JsonNode payload, TaskContext context) {
    Duration all = seconds(payload);
    Duration slept = Duration.ZERO;
    do {
      Duration left = all.minus(slept);
      Duration step = left.compareTo(STEP) > 0 ? STEP : left;
      if (!context.sleep(step)) {
        return payload;
      }
      slept = slept.plus(step);
      if (slept.compareTo(all) < 0) {
        int percent = (int) (100 * slept.toMillis() / all.toMillis());
        context.progress(percent, slept.toSeconds() + " of " + payload + " s");
      }
    } while (slept.compareTo(all) < 0);
    return payload;
  }

  private static Duration seconds(JsonNode payload) {
    if (payload.isNumber()) {
      BigDecimal seconds = payload.decimalValue();
      if (Payload.isReasonable(seconds)
          && seconds.signum() >= 0
          && seconds.compareTo(BigDecimal.valueOf(MOST)) <= 0) {
        return Duration.ofNanos(
            seconds.movePointRight(9).setScale(0, RoundingMode.CEILING).longValueExact());
      }
    }
    throw InvalidPayloadException.wanted("a number of seconds from 0 to " + MOST, payload);
  }
}
