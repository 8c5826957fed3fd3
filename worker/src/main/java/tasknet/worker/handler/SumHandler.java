package tasknet.worker.handler;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import tasknet.task.JsonText;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

/**
 * {@code sum}: the exact sum of a list of numbers, or of a text of numbers separated by commas; in
 * plain notation, without trailing zeros.
 */
public final class SumHandler implements TaskHandler {
  private static final TaskType TYPE = new TaskType("sum");
  private static final String WANTED =
      "a list of numbers, or a text of numbers separated by commas";
  private static final String NUMBER_WANTED =
      "a number of at most " + Payload.MAX_DIGITS + " digits before and after the point";
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,9})?");

  @Override
  public TaskType type() {
    return TYPE;
  }

  @Override
  public JsonText handle(JsonNode payload, TaskContext context) {
    BigDecimal sum = BigDecimal.ZERO;
    if (payload.isArray()) {
      for (JsonNode item : payload) {
        if (!item.isNumber()) {
          throw InvalidPayloadException.wanted("only numbers in the list", item);
        }
        sum = sum.add(reasonable(item.decimalValue(), item.toString()));
      }
    } else if (payload.isString()) {
      String text = payload.stringValue();
      if (!text.isBlank()) {
        for (String item : text.split(",", -1)) {
          sum = sum.add(number(item.strip()));
        }
      }
    } else {
      throw InvalidPayloadException.wanted(WANTED, payload);
    }
    return new JsonText(sum.signum() == 0 ? "0" : sum.stripTrailingZeros().toPlainString());
  }

  private static BigDecimal number(String item) {
    if (!NUMBER.matcher(item).matches()) {
      throw InvalidPayloadException.wanted("only numbers between the commas", "'" + item + "'");
    }
    return reasonable(new BigDecimal(item), item);
  }

  private static BigDecimal reasonable(BigDecimal number, String given) {
    if (!Payload.isReasonable(number)) {
      throw InvalidPayloadException.wanted(NUMBER_WANTED, given);
    }
    return number;
  }
}
