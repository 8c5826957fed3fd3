package tasknet.dispatcher.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import tasknet.dispatcher.events.EventId;
import tasknet.http.Json;
import tasknet.task.TaskEvent;

/**
 * How events are written in a stream.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">the format</a>
 */
final class EventFrames {
  /** The data of an event that tells of a hole. */
  private record Gap(String message) {}

  private static final Gap MISSED =
      new Gap("events were missed: they are not kept any more, or the dispatcher was restarted");

  private EventFrames() {}

  /** The beginning of a stream: where it begins, and when a client that is cut off comes again. */
  static byte[] begin(EventId after) {
    return ("retry: 1000\nid: " + after + "\n\n").getBytes(UTF_8);
  }

  /** What happened to a task. */
  static byte[] event(EventId id, TaskEvent event) {
    return frame(id, event.progress() == null ? "task" : "progress", event);
  }

  /** How a task stands. */
  static byte[] standing(EventId id, TaskEvent task) {
    return frame(id, "task", task);
  }

  /** Events were missed up to that one. */
  static byte[] gap(EventId upTo) {
    return frame(upTo, "gap", MISSED);
  }

  /** Nothing happens; the id moves on, so that who comes again does not begin too early. */
  static byte[] quiet(EventId upTo) {
    return (": nothing new\nid: " + upTo + "\n\n").getBytes(UTF_8);
  }

  private static byte[] frame(EventId id, String name, Object data) {
    // JSON on one line: a line break in it would end the data.
    return ("id: " + id + "\nevent: " + name + "\ndata: " + Json.textOf(data) + "\n\n")
        .getBytes(UTF_8);
  }
}
