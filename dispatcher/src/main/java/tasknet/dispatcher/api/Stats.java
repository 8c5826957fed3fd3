package tasknet.dispatcher.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import tasknet.dispatcher.dispatch.DispatchCounters;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.wire.Drop;
import tasknet.wire.LinkCounters;

/** The numbers of {@code GET /stats}: since the start of the process, unless they say otherwise. */
final class Stats {
  private final DispatchLoop loop;
  private final LinkCounters link;
  private final InstantSource clock;
  private final Instant startedAt;

  Stats(DispatchLoop loop, LinkCounters link, InstantSource clock) {
    this.loop = loop;
    this.link = link;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  /**
   * @param waiting tasks that have not begun, now
   */
  record Document(
      Instant startedAt,
      Duration uptime,
      long waiting,
      int clientsWaiting,
      long tasksSubmitted,
      Attempts attempts,
      Udp udp) {}

  /**
   * @param lost their worker died or went silent
   * @param notRun the worker refused them, or never got them
   * @param staleResults results that came late or again, and changed nothing
   */
  record Attempts(
      long begun, long completed, long failed, long lost, long notRun, long staleResults) {}

  /**
   * @param dropped by reason; those that never happened are left out
   */
  record Udp(
      long datagramsSent,
      long messagesSent,
      long datagramsReceived,
      long messagesReceived,
      long retransmissions,
      Map<String, Long> dropped) {}

  Document document() {
    DispatchCounters counters = loop.counters();
    return new Document(
        startedAt,
        Duration.between(startedAt, clock.instant()),
        loop.waitingTasks(),
        loop.waiters().size(),
        counters.submitted(),
        new Attempts(
            counters.begun(),
            counters.completed(),
            counters.failed(),
            counters.lost(),
            counters.notRun(),
            counters.staleResults()),
        new Udp(
            link.datagramsSent(),
            link.messagesSent(),
            link.datagramsReceived(),
            link.messagesReceived(),
            link.retransmissions(),
            dropped()));
  }

  private Map<String, Long> dropped() {
    Map<String, Long> dropped = new LinkedHashMap<>();
    for (Drop reason : Drop.values()) {
      if (link.dropped(reason) > 0) {
        dropped.put(reason.code(), link.dropped(reason));
      }
    }
    return dropped;
  }
}
