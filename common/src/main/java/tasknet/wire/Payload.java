package tasknet.wire;

import java.net.URI;
import tasknet.task.JsonText;

/** How a worker gets the payload of an attempt. */
public sealed interface Payload {
  /** It is in the message. */
  record Inline(JsonText json) implements Payload {}

  /**
   * It is too large for a datagram, and is to be fetched over HTTP.
   *
   * @param url answers the payload, for as long as the attempt runs
   * @param size bytes of UTF-8
   */
  record Reference(URI url, long size) implements Payload {}
}
