package tasknet.wire;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** Shows {@link LinkCounters} as meters, named {@code tasknet_udp_…}. */
public final class LinkMetrics {
  private LinkMetrics() {}

  /** Registers the meters; they live as long as the counters. */
  public static void bind(LinkCounters counters, MeterRegistry meters) {
    bind(counters, meters, "datagrams", "direction", "sent", LinkCounters::datagramsSent);
    bind(counters, meters, "datagrams", "direction", "received", LinkCounters::datagramsReceived);
    bind(counters, meters, "messages", "direction", "sent", LinkCounters::messagesSent);
    bind(counters, meters, "messages", "direction", "received", LinkCounters::messagesReceived);
    FunctionCounter.builder("tasknet.udp.retransmissions", counters, LinkCounters::retransmissions)
        .description("messages that were sent again")
        .register(meters);
    for (Drop reason : Drop.values()) {
      bind(counters, meters, "drops", "reason", reason.code(), all -> all.dropped(reason));
    }
  }

  private static void bind(
      LinkCounters counters,
      MeterRegistry meters,
      String what,
      String tag,
      String value,
      ToDoubleFunction<LinkCounters> count) {
    FunctionCounter.builder("tasknet.udp." + what, counters, count)
        .tag(tag, value)
        .register(meters);
  }
}
