package tasknet.dispatcher.events;

import tasknet.task.TaskEvent;

/** An event with its place among all events of this process; 1 for the first. */
public final class NumberedEvent {
  private static final byte[] NOT_YET = {};

  private final long number;
  private final TaskEvent event;
  private volatile byte[] written = NOT_YET;

  NumberedEvent(long number, TaskEvent event) {
    this.number = number;
    this.event = event;
  }

  public long number() {
    return number;
  }

  public TaskEvent event() {
    return event;
  }

  /** How it is written in a stream; the same for all, so it is made once, for the first. */
  public byte[] written(Writing writing) {
    byte[] bytes = written;
    if (bytes.length == 0) {
      bytes = writing.write(this);
      written = bytes;
    }
    return bytes;
  }

  /** Writes an event; nobody minds if it is done twice. */
  @FunctionalInterface
  public interface Writing {
    byte[] write(NumberedEvent event);
  }
}
