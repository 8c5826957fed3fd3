package tasknet.dispatcher.events;

import java.util.List;

/** What a subscription has for its reader. */
public sealed interface Taken {
  /** Events that are wanted, in order; at least one. */
  record Events(List<NumberedEvent> events) implements Taken {}

  /**
   * Some events up to that number are not kept any more; whether they were wanted, nobody knows.
   */
  record Missed(long upTo) implements Taken {}

  /** Nothing has happened for a while, up to that number. */
  record Quiet(long upTo) implements Taken {}

  /** The dispatcher stops: nothing more will be told. */
  record Over() implements Taken {}
}
