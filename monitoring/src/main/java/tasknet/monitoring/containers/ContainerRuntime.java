package tasknet.monitoring.containers;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The containers of one project: what they are, what they use, and what happens to them. Nothing
 * here waits for the engine except {@link #logs}.
 */
public interface ContainerRuntime extends AutoCloseable {
  /** Begins to look; returns at once, whether the engine is there or not. */
  void start();

  /** How it stands with the engine now. */
  EngineState engine();

  /** The compose project whose containers these are. */
  String project();

  /**
   * All containers, by name; those that were last known when the engine is away.
   *
   * @param readings how many readings of what it used each one comes with
   */
  List<Container> containers(int readings);

  /** The number of the newest event; 0 before the first. */
  long lastEvent();

  /** The kept events after a number, oldest first; waits for one when there is none. */
  List<ContainerEvent> eventsAfter(long sequence, Duration wait) throws InterruptedException;

  /** Whether no more events will come. */
  boolean closed();

  /** Hears every event from now on, in their order; it must not wait for anything. */
  void onEvent(Consumer<ContainerEvent> listener);

  /**
   * Reads the log of a container.
   *
   * @throws EngineAwayException if the engine cannot be asked
   * @throws IOException if it does not answer what it should
   */
  LogReader logs(String id, LogQuery query) throws IOException, InterruptedException;

  /** How many streams of readings are open. */
  int openStreams();

  @Override
  void close();
}
