package example;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tasknet.task.TaskType;
import tasknet.worker.handler.InvalidPayloadException;
import tasknet.worker.handler.TaskContext;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.databind.JsonNode;

/** {@code word_count}: how often each word occurs in a text, in any case. */
public final class WordCountHandler implements TaskHandler {
  private static final TaskType TYPE = new TaskType("word_count");
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}']+");

  @Override
  public TaskType type() {
    return TYPE;
  }

  @Override
  public Map<String, Integer> handle(JsonNode payload, TaskContext context) {
    if (!payload.isString()) {
      throw InvalidPayloadException.wanted("a text", payload);
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (String word : BETWEEN_WORDS.split(payload.stringValue())) {
      if (!word.isEmpty()) {
        counts.merge(word.toLowerCase(java.util.Locale.ROOT), 1, Integer::sum);
      }
    }
    return counts;
  }
}
