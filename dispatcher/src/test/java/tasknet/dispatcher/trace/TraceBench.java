package tasknet.dispatcher.trace;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.function.LongSupplier;
import tasknet.registry.WorkerId;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TraceStep.Kind;

/**
 * Measures what the trace of a task costs: {@code TraceBench [KEPT] [IN_FLIGHT]}. Not a test; run
 * it by hand, with the test class path.
 */
final class TraceBench {
  private static final int TASKS = 2_000_000;
  private static final WorkerId WORKER = new WorkerId("worker-1");
  private static final Duration RAN = Duration.ofNanos(12_000);

  private TraceBench() {}

  /** Runs each measurement several times: the first ones warm up. */
  public static void main(String[] arguments) {
    int kept = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int inFlight = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64;
    for (int round = 0; round < 4; round++) {
      measure("the clock alone", () -> clockAlone());
      measure("a task of ten steps, " + inFlight + " in flight", () -> tasks(kept, inFlight));
    }
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    long before = runtime.totalMemory() - runtime.freeMemory();
    TaskTraces traces = new TaskTraces(kept, InstantSource.system(), NanoClock.SYSTEM);
    TaskIds ids = new TaskIds(InstantSource.system(), new Random(1));
    for (int task = 0; task < 10 * kept; task++) {
      begin(traces, ids.next());
    }
    System.gc();
    long after = runtime.totalMemory() - runtime.freeMemory();
    System.out.println((after - before) / kept + " bytes a task, " + traces.trace(ids.next()));
  }

  /** Of the processor, so that it does not matter what else runs on the machine. */
  private static long used() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void measure(String what, LongSupplier nanos) {
    System.out.println(what + ": " + nanos.getAsLong() / TASKS + " ns a task");
  }

  private static long clockAlone() {
    long begin = used();
    long sum = 0;
    for (int call = 0; call < 10 * TASKS; call++) {
      sum += System.nanoTime();
    }
    return used() - begin + (sum == 1 ? 1 : 0);
  }

  private static long tasks(int kept, int inFlight) {
    TaskTraces traces = new TaskTraces(kept, InstantSource.system(), NanoClock.SYSTEM);
    TaskIds ids = new TaskIds(InstantSource.system(), new Random(1));
    AttemptId[] attempts = new AttemptId[TASKS];
    for (int task = 0; task < TASKS; task++) {
      attempts[task] = new AttemptId(ids.next(), 1);
    }
    long begin = used();
    for (int task = 0; task < TASKS; task++) {
      begin(traces, attempts[task].task());
      begin(traces, attempts[task]);
      if (task >= inFlight) {
        end(traces, attempts[task - inFlight]);
        traces.turn(System.nanoTime());
      }
    }
    return used() - begin;
  }

  private static void begin(TaskTraces traces, TaskId task) {
    traces.submitted(task, Instant.EPOCH, System.nanoTime());
    traces.add(task, Kind.QUEUED);
  }

  private static void begin(TaskTraces traces, AttemptId attempt) {
    traces.begun(attempt, Kind.BEGUN, WORKER);
    traces.add(attempt, Kind.SENT);
  }

  private static void end(TaskTraces traces, AttemptId attempt) {
    traces.add(attempt, Kind.ACKNOWLEDGED);
    traces.ended(attempt, Kind.RESULT, RAN, null);
    traces.ended(attempt, Kind.COMMITTED, null, "COMPLETED");
    traces.add(attempt, Kind.RESULT_ACKNOWLEDGED);
    traces.delivered(attempt.task());
  }
}
