package tasknet.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;
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
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * {@code workers.json}: the workers that the system is meant to have. Its form is described by
 * {@code docs/workers.schema.json}.
 *
 * @param schema where an editor finds the form; null when it is not said
 * @param workers in the order of the file; no name stands twice
 */
public record WorkersFile(
    @JsonProperty("$schema") @Nullable String schema, List<WorkerEntry> workers) {
  /** Takes no number for a text or the reverse: the schema, too, would not. */
  private static final JsonMapper STRICT =
      Json.mapper()
          .rebuild()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text -> {
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .build();

  /**
   * @throws InvalidValueException if a name stands twice
   */
  public WorkersFile {
    workers = List.copyOf(workers);
    Set<TaskType> names = new HashSet<>();
    for (WorkerEntry entry : workers) {
      if (!names.add(entry.name())) {
        throw new InvalidValueException(
            "workers", entry.name(), "a list in which no name stands twice");
      }
    }
  }

  /**
   * Reads the file.
   *
   * @throws IOException if it cannot be read, or is wrong; the message says where and what is
   *     allowed
   */
  public static WorkersFile read(Path file) throws IOException {
    try {
      WorkersFile read = STRICT.readValue(Files.readString(file), WorkersFile.class);
      if (read == null) {
        throw new IOException(file + " holds null; it must be an object with the list 'workers'");
      }
      return read;
    } catch (NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    } catch (JacksonException e) {
      throw new IOException(file + ": " + JsonErrors.describeInDocument(e), e);
    }
  }

  /** Those that are started. */
  public List<WorkerEntry> active() {
    return workers.stream().filter(WorkerEntry::active).toList();
  }
}
