package tasknet.devtools.compose;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tasknet.fleet.WorkerEntry;
import tasknet.fleet.WorkersFile;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;

/**
 * What the compose file says besides the workers.
 *
 * @param command the command that makes this file, as its user types it
 * @param workersFile {@code workers.json}, from the folder of the compose file
 * @param checkout the folder with the Dockerfile, from the folder of the compose file
 * @param replicas of types, instead of those in {@code workers.json}
 * @param publish whether other machines reach the HTTP ports
 */
public record ComposeChoices(
    String command,
    String workersFile,
    String checkout,
    SortedMap<TaskType, Integer> replicas,
    boolean publish) {
  /** The option that gives replicas. */
  private static final String SCALE = "--scale";

  public ComposeChoices {
    replicas = new TreeMap<>(replicas);
  }

  /**
   * Reads {@code hash=3} into the replicas.
   *
   * @throws InvalidValueException if it is not of this form
   */
  public static void readScale(String given, SortedMap<TaskType, Integer> replicas) {
    int equals = given.indexOf('=');
    if (equals < 1 || !given.substring(equals + 1).matches("\\d{1,9}")) {
      throw new InvalidValueException(
          SCALE, given, "a type and a number of replicas, for instance hash=3");
    }
    int number = Integer.parseInt(given.substring(equals + 1));
    if (number < 1 || number > WorkerEntry.MAX_REPLICAS) {
      throw new InvalidValueException(
          SCALE, given, "a number of replicas from 1 to " + WorkerEntry.MAX_REPLICAS);
    }
    replicas.put(new TaskType(given.substring(0, equals)), number);
  }

  /**
   * Compares the choices with the workers.
   *
   * @throws InvalidValueException if replicas are given for a type that is not there
   */
  public void check(WorkersFile workers) {
    for (TaskType type : replicas.keySet()) {
      if (workers.active().stream().noneMatch(entry -> entry.name().equals(type))) {
        throw new InvalidValueException(
            SCALE,
            type,
            "an active type of "
                + workersFile
                + ": "
                + workers.active().stream()
                    .map(entry -> entry.name().name())
                    .collect(Collectors.joining(", ")));
      }
    }
  }
}
