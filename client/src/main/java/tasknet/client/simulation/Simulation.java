package tasknet.client.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import tasknet.client.CallOutcome;
import tasknet.client.TaskSubmission;
import tasknet.client.TasknetClient;
import tasknet.client.UnreachableException;
import tasknet.client.simulation.SimulationReport.Run;
import tasknet.http.ProblemException;
import tasknet.runtime.NanoClock;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskStatus;

/** A client's day in short: sends tasks side by side and checks every answer. */
public final class Simulation {
  /** How long a submitted task may take. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Is told of each answer, in the threads of the simulation. */
  @FunctionalInterface
  public interface Progress {
    /** Another task has its answer. */
    void answered(Run run);
  }

  private final TasknetClient client;
  private final int concurrency;
  private final NanoClock clock;

  /**
   * @param concurrency how many tasks are under way at the same time; at least 1
   */
  public Simulation(TasknetClient client, int concurrency, NanoClock clock) {
    this.client = client;
    this.concurrency = concurrency;
    this.clock = clock;
  }

  /**
   * Sends the tasks and waits for all answers. A dispatcher that goes away in between is the answer
   * {@code unreachable}.
   *
   * @throws UnreachableException if the dispatcher is not there at the start
   */
  public SimulationReport run(List<SimulatedTask> tasks, Progress progress)
      throws InterruptedException {
    client.types();
    Semaphore room = new Semaphore(concurrency);
    long started = clock.nanoTime();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Run>> answers = new ArrayList<>();
      for (SimulatedTask task : tasks) {
        room.acquire();
        answers.add(threads.submit(() -> answered(task, room, progress)));
      }
      List<Run> runs = new ArrayList<>();
      for (Future<Run> answer : answers) {
        runs.add(answer.get());
      }
      return new SimulationReport(runs, Duration.ofNanos(clock.nanoTime() - started));
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread of the simulation failed", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private Run answered(SimulatedTask task, Semaphore room, Progress progress)
      throws InterruptedException {
    long started = clock.nanoTime();
    try {
      Answer answer = answer(task);
      Duration took = Duration.ofNanos(clock.nanoTime() - started);
      Run run = new Run(task, answer, task.expect().isMetBy(answer), took);
      progress.answered(run);
      return run;
    } finally {
      room.release();
    }
  }

  private Answer answer(SimulatedTask task) throws InterruptedException {
    TaskSubmission submission = TaskSubmission.of(task.type(), task.payload());
    try {
      return switch (task.via()) {
        case CALL -> answer(client.call(submission));
        case SUBMIT -> answer(client.submitAndWait(submission, PATIENCE));
      };
    } catch (ProblemException e) {
      return new Answer.Failure(e.problem().code(), e.problem().detail());
    } catch (UnreachableException e) {
      return new Answer.Failure("unreachable", String.valueOf(e.getMessage()));
    }
  }

  private static Answer answer(CallOutcome outcome) {
    return switch (outcome) {
      case CallOutcome.Completed completed -> new Answer.Result(completed.result());
      case CallOutcome.Failed failed -> error(failed.error());
      case CallOutcome.NoWorker none -> new Answer.Failure("no-worker", none.message());
      case CallOutcome.NoAnswer none -> new Answer.Failure("no-answer", "task " + none.id());
      case CallOutcome.Refused refused ->
          new Answer.Failure(refused.problem().code(), refused.problem().detail());
    };
  }

  private static Answer answer(TaskStatus status) {
    return switch (status.state()) {
      case COMPLETED -> {
        JsonText result = status.result();
        yield new Answer.Result(result == null ? JsonText.NULL : result);
      }
      case DEAD -> {
        TaskError error = status.error();
        yield error == null ? new Answer.Failure("dead", "without an error") : error(error);
      }
      case CANCELLED -> new Answer.Failure("cancelled", "task " + status.id());
      case EXPIRED -> new Answer.Failure("expired", "task " + status.id());
      case SCHEDULED, QUEUED, RUNNING ->
          new Answer.Failure("no-answer", "task " + status.id() + " is still " + status.state());
    };
  }

  private static Answer error(TaskError error) {
    return new Answer.Failure(error.code(), error.message());
  }
}
