package tasknet.devtools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.http.JsonErrors;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;

/**
 * {@code workers.json}: the workers that the system is meant to have.
 *
 * @param workers in the order of the file; no name stands twice
 */
public record WorkersFile(List<Entry> workers) {
  /**
   * One type of worker.
   *
   * @param name the type of task it runs
   * @param active whether it is started
   * @param concurrency attempts at the same time; null for the worker's default
   */
  public record Entry(
      TaskType name, boolean active, @Nullable String description, @Nullable Integer concurrency) {}

  /**
   * Reads the file.
   *
   * @throws IOException if it cannot be read, or is wrong; the message says where and what is
   *     allowed
   */
  public static WorkersFile read(Path file) throws IOException {
    try {
      WorkersFile read =
          Json.mapper()
              .readerFor(WorkersFile.class)
              .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .readValue(Files.readString(file));
      read.check();
      return read;
    } catch (NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    } catch (JacksonException e) {
      throw new IOException(file + ": " + JsonErrors.describe(e), e);
    } catch (InvalidValueException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Those that are started. */
  public List<Entry> active() {
    return workers.stream().filter(Entry::active).toList();
  }

  private void check() {
    Set<TaskType> names = new HashSet<>();
    for (Entry entry : workers) {
      if (!names.add(entry.name())) {
        throw new InvalidValueException(
            "workers", entry.name(), "a list in which no name stands twice");
      }
      Integer concurrency = entry.concurrency();
      if (concurrency != null && concurrency < 1) {
        throw new InvalidValueException(
            "workers." + entry.name() + ".concurrency", concurrency, "at least 1");
      }
    }
  }
}
