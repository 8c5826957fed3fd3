package tasknet.wire;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.ToDoubleFunction;
import tasknet.metrics.Histograms;

/** Shows {@link LinkCounters} as meters, named {@code tasknet_udp_…}. */
public final class LinkMetrics {
  private LinkMetrics() {}

  /** Registers the meters; they live as long as the counters. */
  public static void bind(LinkCounters counters, PrometheusMeterRegistry meters) {
    bind(counters, meters, "datagrams", "direction", "sent", LinkCounters::datagramsSent);
    bind(counters, meters, "datagrams", "direction", "received", LinkCounters::datagramsReceived);
    bind(counters, meters, "messages", "direction", "sent", LinkCounters::messagesSent);
    bind(counters, meters, "messages", "direction", "received", LinkCounters::messagesReceived);
    FunctionCounter.builder("tasknet.udp.retransmissions", counters, LinkCounters::retransmissions)
        .description("messages that were sent again")
        .register(meters);
    Histograms.register(
        meters.getPrometheusRegistry(),
        "tasknet_udp_round_trip_seconds",
        "from requests that were sent once to their acknowledgements",
        counters.roundTrips());
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
        .description(what.equals("drops") ? "what went nowhere, by why" : what + " over UDP")
        .register(meters);
  }
}
