package tasknet.client;

import tasknet.task.TaskEvent;

/** What an {@link EventStream} tells. */
public sealed interface Told {
  /** A task came into a state; the first of the stream of one task says in which one it is. */
  record Changed(TaskEvent event) implements Told {}

  /** A running task got on. */
  record Progressed(TaskEvent event) implements Told {}

  /**
   * Events may be missing here: the stream was cut off for too long, its reader was too slow, or
   * the dispatcher was restarted. In the stream of one task, how it stands comes next.
   */
  record Gap(String message) implements Told {}
}
