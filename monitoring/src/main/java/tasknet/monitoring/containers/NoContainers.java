package tasknet.monitoring.containers;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** No engine at all: monitoring was told not to look for one. */
public final class NoContainers implements ContainerRuntime {
  private static final String REASON =
      "monitoring was told not to look for it (TASKNET_DOCKER_HOST is none)";

  private final EngineState state;
  private final CountDownLatch closing = new CountDownLatch(1);

  public NoContainers(Instant now) {
    state = new EngineState(false, REASON, "none", now, null, null);
  }

  @Override
  public void start() {}

  @Override
  public EngineState engine() {
    return state;
  }

  @Override
  public String project() {
    return ContainerSettings.DEFAULT_PROJECT;
  }

  @Override
  public List<Container> containers(int readings) {
    return List.of();
  }

  @Override
  public long lastEvent() {
    return 0;
  }

  @Override
  public List<ContainerEvent> eventsAfter(long sequence, Duration wait)
      throws InterruptedException {
    var _ = closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    return List.of();
  }

  @Override
  public boolean closed() {
    return closing.getCount() == 0;
  }

  @Override
  public void onEvent(Consumer<ContainerEvent> listener) {}

  @Override
  public LogReader logs(String id, LogQuery query) throws EngineAwayException {
    throw new EngineAwayException(REASON);
  }

  @Override
  public int openStreams() {
    return 0;
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
