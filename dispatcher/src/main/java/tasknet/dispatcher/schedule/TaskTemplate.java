package tasknet.dispatcher.schedule;

import java.time.Instant;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskRequest;

/** Makes the task of a schedule. */
@FunctionalInterface
public interface TaskTemplate {
  /**
   * The task as it is asked for now.
   *
   * @param task the fields that the schedule was given
   * @param now what a time from now is counted from
   * @throws InvalidValueException if that is not allowed any more
   */
  TaskRequest at(JsonText task, Instant now);
}
