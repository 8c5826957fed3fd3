package tasknet.fleet;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.Backoff;
import tasknet.task.BackoffFields;
import tasknet.task.InvalidValueException;
import tasknet.task.KeepFields;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;

/**
 * One type of worker. What is null has its default.
 *
 * @param name the type of task it runs
 * @param active whether it is started
 * @param replicas how many of it there are: 1 to 1000, by default 1
 * @param concurrency attempts at the same time in each; by default the worker decides
 * @param durable whether a task of this type is on the disk before it is acknowledged; by default
 *     true
 * @param timeout how long one attempt may run when the task does not say
 * @param retry how often and when a failed task is tried again when the task does not say
 * @param limits how much of this type may run over the whole fleet
 * @param keep how long tasks of this type are kept after their end
 * @param memory of each container, for instance {@code 256m} or {@code 1g}
 * @param cpus of each container, for instance {@code 0.5}; above 0, at most 1024
 * @param environment more variables of the container, ordered by name
 */
public record WorkerEntry(
    TaskType name,
    boolean active,
    @Nullable String description,
    @Nullable Integer replicas,
    @Nullable Integer concurrency,
    @Nullable Boolean durable,
    @Nullable Duration timeout,
    @Nullable Retry retry,
    @Nullable Limits limits,
    @Nullable KeepFields keep,
    @Nullable String memory,
    @Nullable Double cpus,
    @Nullable SortedMap<String, String> environment) {
  /** The greatest number of replicas. */
  public static final int MAX_REPLICAS = 1000;

  private static final Pattern MEMORY = Pattern.compile("[1-9][0-9]{0,9}[kmg]");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * What happens after a failed attempt.
   *
   * @param maxAttempts 1 to 100
   */
  public record Retry(@Nullable Integer maxAttempts, @Nullable BackoffFields backoff) {
    /**
     * @throws InvalidValueException if a value is out of its bounds
     */
    public Retry {
      requireRange("retry.maxAttempts", maxAttempts, 1, TaskRequest.MAX_ATTEMPTS);
      if (backoff != null) {
        var _ = backoff.over(Backoff.DEFAULT);
      }
    }
  }

  /**
   * Bounds over the whole fleet.
   *
   * @param running attempts at the same time; at least 1
   * @param startsPerSecond attempts that begin within a second, on average; above 0
   */
  public record Limits(@Nullable Integer running, @Nullable Double startsPerSecond) {
    /**
     * @throws InvalidValueException if a value is out of its bounds
     */
    public Limits {
      requireRange("limits.running", running, 1, Integer.MAX_VALUE);
      if (startsPerSecond != null && !(startsPerSecond > 0 && startsPerSecond <= 1e6)) {
        throw new InvalidValueException(
            "limits.startsPerSecond", startsPerSecond, "a number above 0, at most 1000000");
      }
    }
  }

  /**
   * @throws InvalidValueException if a value is out of its bounds
   */
  public WorkerEntry {
    requireRange("replicas", replicas, 1, MAX_REPLICAS);
    requireRange("concurrency", concurrency, 1, 100_000);
    if (timeout != null
        && (!timeout.isPositive() || timeout.compareTo(TaskRequest.MAX_TIMEOUT) > 0)) {
      throw new InvalidValueException("timeout", timeout, "more than 0 and at most 24 hours");
    }
    if (memory != null && !MEMORY.matcher(memory).matches()) {
      throw new InvalidValueException(
          "memory", memory, "a whole number and one of k, m and g, for instance 256m");
    }
    if (cpus != null && !(cpus > 0 && cpus <= 1024)) {
      throw new InvalidValueException("cpus", cpus, "a number above 0, at most 1024");
    }
    environment = checked(environment);
  }

  /** An entry with the defaults for everything that is not given here. */
  public static WorkerEntry of(TaskType name) {
    return new WorkerEntry(
        name, true, null, null, null, null, null, null, null, null, null, null, null);
  }

  /** How many are to run: none when it is not active. */
  public int desired() {
    return !active ? 0 : replicas == null ? 1 : replicas;
  }

  private static @Nullable SortedMap<String, String> checked(
      @Nullable Map<String, String> variables) {
    if (variables == null) {
      return null;
    }
    variables.forEach(
        (variable, value) -> {
          if (!VARIABLE.matcher(variable).matches()) {
            throw new InvalidValueException(
                "environment", variable, "a name of letters, digits and '_', no digit first");
          }
          if (value == null) {
            throw new InvalidValueException("environment." + variable, "null", "text");
          }
        });
    return new TreeMap<>(variables);
  }

  private static void requireRange(String field, @Nullable Integer given, int least, int most) {
    if (given != null && (given < least || given > most)) {
      throw new InvalidValueException(field, given, "a whole number from " + least + " to " + most);
    }
  }
}
