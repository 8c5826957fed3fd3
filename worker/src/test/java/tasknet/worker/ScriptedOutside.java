package tasknet.worker;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TraceContext;
import tasknet.wire.Message;

/** Remembers what was sent and started; handlers end when the test says so, or at once. */
final class ScriptedOutside implements Executions.Outside {
  final List<Sent> sent = new ArrayList<>();
  final List<ScriptedRun> runs = new ArrayList<>();
  int room = 1100;
  @Nullable Outcome atOnce;

  record Sent(InetSocketAddress to, Message message) {}

  static final class ScriptedRun implements Executions.Run {
    final long deadline;
    private final @Nullable Outcome atOnce;
    int cancelled;
    int interrupted;

    ScriptedRun(long deadline, @Nullable Outcome atOnce) {
      this.deadline = deadline;
      this.atOnce = atOnce;
    }

    @Override
    public @Nullable Outcome outcome() {
      return atOnce;
    }

    @Override
    public void cancel() {
      cancelled++;
    }

    @Override
    public void interrupt() {
      interrupted++;
    }
  }

  /** The messages since the last call. */
  List<Message> messages() {
    List<Message> messages = sent.stream().map(Sent::message).toList();
    sent.clear();
    return messages;
  }

  final List<JsonText> uploads = new ArrayList<>();

  /** How long handlers ran, as it was sent; the messages are kept without. */
  final List<Duration> ran = new ArrayList<>();

  @Override
  public void send(InetSocketAddress to, Message message) {
    sent.add(new Sent(to, withoutTime(message)));
  }

  private Message withoutTime(Message message) {
    return switch (message) {
      case Message.Result(var attempt, var outcome, int credit, Duration time) -> {
        ran.add(time);
        yield new Message.Result(attempt, outcome, credit);
      }
      case Message.ResultReady(var attempt, long size, int credit, Duration time) -> {
        ran.add(time);
        yield new Message.ResultReady(attempt, size, credit);
      }
      default -> message;
    };
  }

  @Override
  public boolean fits(Message message) {
    return message.toString().length() <= room;
  }

  @Override
  public void upload(URI url, AttemptId attempt, JsonText result) {
    uploads.add(result);
  }

  @Override
  public String about(AttemptId attempt, @Nullable TraceContext trace) {
    return "task=" + attempt.task() + " attempt=" + attempt.number() + " worker=w";
  }

  @Override
  public Executions.Run start(Message.Execute execute, long deadline) {
    ScriptedRun run = new ScriptedRun(deadline, atOnce);
    runs.add(run);
    return run;
  }
}
