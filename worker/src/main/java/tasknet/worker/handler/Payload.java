package tasknet.worker.handler;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;

/** Reads payloads, and refuses those of the wrong kind. */
final class Payload {
  /** Digits that a number may have before and after the point: 1e999999999 would fill memory. */
  static final int MAX_DIGITS = 400;

  private Payload() {}

  /**
   * @throws InvalidPayloadException if it is not a text
   */
  static String text(JsonNode payload) {
    if (!payload.isString()) {
      throw InvalidPayloadException.wanted("a text", payload);
    }
    return payload.stringValue();
  }

  /** Whether a number can be calculated with in reasonable time and space. */
  static boolean isReasonable(BigDecimal number) {
    return number.scale() <= MAX_DIGITS
        && (long) number.precision() - number.scale() <= MAX_DIGITS
        && number.scale() >= -MAX_DIGITS;
  }
}
