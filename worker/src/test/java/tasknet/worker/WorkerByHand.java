package tasknet.worker;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import tasknet.registry.WorkerId;
import tasknet.runtime.EventLoop;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskType;
import tasknet.wire.DatagramLink;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.MessageLink;

/** A worker's server without threads: whoever has it takes its turns, and plays the handlers. */
public final class WorkerByHand {
  /** For how long results and tombstones are kept. */
  public static final Duration KEPT_FOR = Duration.ofMinutes(10);

  /** From a cancellation to the interrupt, and from there to giving the handler up. */
  public static final Duration GRACE = Duration.ofSeconds(1);

  private static final int KEPT = 10_000;

  private final LinkCounters counters = new LinkCounters();
  private final WorkerServer server;

  /** Plays the handlers, and carries large results. */
  public interface Handlers {
    /**
     * An attempt begins; its end is to be told once.
     *
     * @return what is told to stop
     */
    Handler start(Message.Execute execute, Told told);

    /**
     * Puts a result at an address.
     *
     * @param delivered told whether the dispatcher has it, or does not want it
     */
    void upload(URI url, AttemptId attempt, JsonText result, Consumer<Boolean> delivered);
  }

  /** A handler at work. */
  public interface Handler {
    /** Nobody wants its result. */
    void cancel();

    /** Its thread is interrupted. */
    void interrupt();
  }

  /** Where a handler tells how far it is, and how it ended. */
  public interface Told {
    void ended(Outcome outcome);

    void progressed(int percent, String note);
  }

  /**
   * @param epoch which start of the worker it is
   */
  public WorkerByHand(
      WorkerId id,
      long epoch,
      Set<TaskType> types,
      int slots,
      Handlers handlers,
      DatagramLink datagrams,
      NanoClock nanos,
      RandomGenerator random,
      Logger log) {
    server =
        new WorkerServer(
            id,
            epoch,
            types,
            new Executions.Limits(slots, KEPT, KEPT_FOR, GRACE),
            MessageLink.DEFAULT_DATAGRAM,
            datagrams,
            counters,
            new WorkerMetrics(new CompositeMeterRegistry(), slots),
            nanos,
            random,
            new Played(handlers),
            log);
  }

  /** Begins; the loop is turned by whoever calls. */
  public EventLoop start() {
    return server.startByHand();
  }

  /** From now on nothing new is begun; what runs goes on. */
  public void drain() {
    server.drain();
  }

  /** Whether nothing runs and all results are acknowledged, after {@link #drain}. */
  public boolean isDrained() {
    return server.isDrained();
  }

  /** Ends what still runs; its results are sent. */
  public void stop() {
    server.stop();
  }

  public LinkCounters counters() {
    return counters;
  }

  private static final class PlayedRun implements Executions.Run, Told {
    private final AttemptId attempt;
    private final OffLoop.Told told;
    private final Handler handler;

    PlayedRun(Handlers handlers, Message.Execute execute, OffLoop.Told told) {
      this.attempt = execute.attempt();
      this.told = told;
      handler = handlers.start(execute, this);
    }

    @Override
    public void ended(Outcome outcome) {
      told.ended(attempt, this, outcome);
    }

    @Override
    public void progressed(int percent, String note) {
      told.progressed(attempt, this, percent, note);
    }

    @Override
    public void cancel() {
      handler.cancel();
    }

    @Override
    public void interrupt() {
      handler.interrupt();
    }
  }

  private record Played(Handlers handlers) implements OffLoop {
    @Override
    public Executions.Run start(Message.Execute execute, long deadline, OffLoop.Told told) {
      return new PlayedRun(handlers, execute, told);
    }

    @Override
    public void upload(URI url, AttemptId attempt, JsonText result, OffLoop.Told told) {
      handlers.upload(url, attempt, result, delivered -> told.uploaded(attempt, delivered));
    }

    @Override
    public void close() {}
  }
}
