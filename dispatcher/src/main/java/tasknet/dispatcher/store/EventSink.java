package tasknet.dispatcher.store;

import java.util.List;
import tasknet.task.TaskEvent;

/** Told of what happened to tasks. */
@FunctionalInterface
public interface EventSink {
  /** Forgets them. */
  EventSink NONE = _ -> 0;

  /**
   * Takes events that belong together, in order. Must be quick, and never throw.
   *
   * @return the number of the event before the first of them; events are numbered as they come
   */
  long append(List<TaskEvent> events);
}
