package tasknet.worker.handler;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

/** {@code random_fact}: one of the facts that ship with it, whatever the payload. */
public final class RandomFactHandler implements TaskHandler {
  private static final TaskType TYPE = new TaskType("random_fact");
  private static final List<String> FACTS = read();

  @Override
  public TaskType type() {
    return TYPE;
  }

  @Override
  public Demand demand() {
    return Demand.INSTANT;
  }

  @Override
  public String handle(JsonNode payload, TaskContext context) {
    return FACTS.get(ThreadLocalRandom.current().nextInt(FACTS.size()));
  }

  static List<String> facts() {
    return FACTS;
  }

  private static List<String> read() {
    try (InputStream in = RandomFactHandler.class.getResourceAsStream("facts.txt")) {
      if (in == null) {
        throw new IllegalStateException("facts.txt is missing from the jar");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
