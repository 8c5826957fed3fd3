package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.registry.WorkerId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.tracing.Tracing;

/** What tracing costs whom does not want it. */
class TaskSpansTest {
  private static final int TASKS = 200_000;
  private static final TraceContext CLIENT =
      new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final TaskSpans spans = new TaskSpans(Tracing.OFF, InstantSource.fixed(Instant.EPOCH));
  private final KnownWorker worker =
      new Workers(new Random(1))
          .known(
              new WorkerId("w"), new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 1, 0);

  @Test
  void aTaskWithoutATraceAllocatesNothing() {
    assertThat(allocated(null)).isZero();
  }

  @Test
  void aClientsTraceIsCarriedAndNothingMoreAllocated() {
    assertThat(allocated(CLIENT)).isZero();
    assertThat(spans.begin(task(CLIENT))).isSameAs(CLIENT);
  }

  /** Bytes for all stages of many tasks. */
  private long allocated(@Nullable TraceContext trace) {
    QueuedTask task = task(trace);
    RunningAttempt attempt =
        new RunningAttempt(
            task,
            worker,
            1,
            Instant.EPOCH,
            spans.begin(task),
            RunningAttempt.Phase.STARTING,
            false,
            0,
            0);
    AttemptEnd end =
        new AttemptEnd(
            attempt.id,
            Instant.EPOCH,
            new Outcome.Completed(JsonText.NULL),
            TaskState.COMPLETED,
            null,
            false);
    stages(task, attempt, end);
    long before = threads.getCurrentThreadAllocatedBytes();
    long nothing = threads.getCurrentThreadAllocatedBytes() - before;
    long start = threads.getCurrentThreadAllocatedBytes();
    stages(task, attempt, end);
    return threads.getCurrentThreadAllocatedBytes() - start - nothing;
  }

  private void stages(QueuedTask task, RunningAttempt attempt, AttemptEnd end) {
    for (int number = 0; number < TASKS; number++) {
      spans.stored(task, Instant.EPOCH);
      if (!Objects.equals(spans.begin(task), attempt.trace)) {
        throw new AssertionError();
      }
      spans.begun(attempt);
      spans.ended(attempt, end);
    }
  }

  private static QueuedTask task(@Nullable TraceContext trace) {
    TaskRequest request =
        TaskRequest.of(new TaskType("hash"), JsonText.NULL)
            .with(TaskTerms.STANDARD.withTrace(trace));
    return new QueuedTask(new TaskId(1, 1), request, Instant.EPOCH, Instant.EPOCH, 1, 0, 0);
  }
}
