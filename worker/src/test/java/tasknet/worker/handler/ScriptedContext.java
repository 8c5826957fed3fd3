package tasknet.worker.handler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;

/** A context that waits for nothing and remembers what it was asked to wait for. */
final class ScriptedContext implements TaskContext {
  final List<Duration> slept = new ArrayList<>();
  final List<String> progress = new ArrayList<>();

  @Override
  public AttemptId attempt() {
    return new AttemptId(TaskId.parse("01KATXK2S0ABCDEFGHJKMNPQRS"), 1);
  }

  @Override
  public Duration timeLeft() {
    return Duration.ofMinutes(1);
  }

  @Override
  public boolean cancelled() {
    return false;
  }

  @Override
  public boolean sleep(Duration duration) {
    slept.add(duration);
    return true;
  }

  @Override
  public void progress(int percent, String note) {
    progress.add(percent + " " + note);
  }
}
