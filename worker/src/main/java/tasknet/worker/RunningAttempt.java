package tasknet.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.wire.Message;
import tasknet.wire.Peer;

/** An attempt that runs, and what is to be done about it later. For one thread. */
final class RunningAttempt {
  final AttemptId attempt;
  final TaskType type;
  final Duration timeout;
  final long since;
  final Executions.Run run;
  final @Nullable TraceContext trace;
  Peer peer;
  boolean cancelled;
  Alarms.@Nullable Alarm toAccept;
  Alarms.@Nullable Alarm toTimeOut;
  Alarms.@Nullable Alarm toForce;

  RunningAttempt(Message.Execute execute, long since, Executions.Run run, Peer peer) {
    this.attempt = execute.attempt();
    this.type = execute.type();
    this.timeout = execute.timeout();
    this.since = since;
    this.run = run;
    this.trace = execute.trace();
    this.peer = peer;
  }
}
