package tasknet.monitoring.live;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.monitoring.attention.Attention;
import tasknet.registry.WorkerList;
import tasknet.runtime.NanoClock;

/**
 * Watches the dispatcher and the nameservice, for all who look and for the history. How often does
 * not depend on how many look, only on whether anybody does.
 */
public final class Live implements AutoCloseable {
  /** Of a question. */
  static final Duration TIMEOUT = Duration.ofMillis(900);

  /** For a question that is under way when somebody comes. */
  private static final Duration MARGIN = Duration.ofMillis(300);

  private static final Duration OF_DISPATCHER = Duration.ofSeconds(1);

  /** More often, because it tells whether the workers' heartbeats come. */
  private static final Duration OF_NAMESERVICE = Duration.ofMillis(500);

  private final ServiceCheck dispatcher;
  private final ServiceCheck nameservice;
  private final Attention attention;
  private final Watch<DispatcherReading> dispatcherWatch;
  private final Watch<NameserviceReading> nameserviceWatch;
  private final DeclaredWorkers declared;

  /**
   * @param workersFile which workers should be there; null when nothing says it
   */
  public Live(
      URI dispatcher,
      URI nameservice,
      @Nullable Path workersFile,
      Attention attention,
      NanoClock clock,
      MeterRegistry meters,
      Logger log) {
    this.dispatcher = new ServiceCheck("dispatcher", dispatcher, TIMEOUT, clock);
    this.nameservice = new ServiceCheck("nameservice", nameservice, TIMEOUT, clock);
    this.declared = new DeclaredWorkers(workersFile);
    this.attention = attention;
    DispatcherWatch reader = new DispatcherWatch(this.dispatcher, clock);
    dispatcherWatch =
        new Watch<>(
            "dispatcher",
            reader::read,
            DispatcherReading::isQuietUntil,
            OF_DISPATCHER,
            attention,
            clock,
            log);
    nameserviceWatch =
        new Watch<>(
            "nameservice",
            this::readNameservice,
            NameserviceReading::isQuietUntil,
            OF_NAMESERVICE,
            attention,
            clock,
            log);
    Counter noDispatcher = unanswered("dispatcher", meters);
    Counter noNameservice = unanswered("nameservice", meters);
    onDispatcher(reading -> count(reading.state(), noDispatcher));
    onNameservice(reading -> count(reading.state(), noNameservice));
  }

  public void start() {
    dispatcherWatch.start();
    nameserviceWatch.start();
  }

  /** Hears whatever the dispatcher tells, one after the other; it must not wait for anything. */
  public void onDispatcher(Consumer<DispatcherReading> listener) {
    dispatcherWatch.onAnswer(listener);
  }

  /** Hears whatever the nameservice tells, one after the other; it must not wait for anything. */
  public void onNameservice(Consumer<NameserviceReading> listener) {
    nameserviceWatch.onAnswer(listener);
  }

  /** What the dispatcher told last; null before it was asked. */
  public @Nullable DispatcherReading dispatcher() {
    return dispatcherWatch.last();
  }

  /** What the nameservice told last; null before it was asked. */
  public @Nullable NameserviceReading nameservice() {
    return nameserviceWatch.last();
  }

  @Override
  public void close() {
    dispatcherWatch.close();
    nameserviceWatch.close();
  }

  /** Somebody looks. The first one waits until all was asked that it sees, or did not answer. */
  void look() throws InterruptedException {
    attention.look();
    dispatcherWatch.awaitComplete(TIMEOUT.plus(MARGIN));
    nameserviceWatch.awaitComplete(TIMEOUT.plus(MARGIN));
  }

  URI dispatcherUrl() {
    return dispatcher.url();
  }

  URI nameserviceUrl() {
    return nameservice.url();
  }

  DeclaredWorkers.Now declared() {
    return declared.now();
  }

  private NameserviceReading readNameservice(boolean looked) {
    if (!looked) {
      ServiceCheck.Glance<WorkerList> glance = nameservice.glance("/workers", WorkerList.class);
      WorkerList list = glance.document();
      return list == null
          ? NameserviceReading.unknown(glance.state(), glance.state().reason())
          : NameserviceReading.of(glance.state(), list);
    }
    ServiceState state = nameservice.state();
    if (!state.up()) {
      return NameserviceReading.unknown(state, state.reason());
    }
    try {
      return NameserviceReading.of(state, nameservice.workers());
    } catch (NoAnswerException e) {
      return NameserviceReading.unknown(state, e.getMessage());
    }
  }

  private static Counter unanswered(String service, MeterRegistry meters) {
    return Counter.builder("tasknet.watched.unanswered")
        .description("times that another service was asked how it is, and did not answer")
        .tag("service", service)
        .register(meters);
  }

  private static void count(ServiceState state, Counter unanswered) {
    if (!state.up()) {
      unanswered.increment();
    }
  }
}
