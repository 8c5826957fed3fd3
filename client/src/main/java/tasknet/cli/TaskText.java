package tasknet.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tasknet.http.Json;
import tasknet.task.AttemptStatus;
import tasknet.task.CallbackStatus;
import tasknet.task.JsonText;
import tasknet.task.Label;
import tasknet.task.Labels;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskError;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tools.jackson.databind.JsonNode;

/** A task as text for people. */
final class TaskText {
  private static final int PAYLOAD_SHOWN = 200;

  private TaskText() {}

  /** A JSON text as the text that it stands for, anything else as JSON. */
  static String bare(JsonText json) {
    JsonNode node = Json.mapper().readTree(json.text());
    return node.isString() ? node.stringValue() : json.text();
  }

  /** The exit code for a task that somebody waited for. */
  static int exitCode(TaskState state) {
    return switch (state) {
      case COMPLETED -> ExitCodes.DONE;
      case DEAD, CANCELLED, EXPIRED -> ExitCodes.FAILED;
      case SCHEDULED, QUEUED, RUNNING -> ExitCodes.NO_ANSWER;
    };
  }

  /** Why a task has no result, or none yet. */
  static String withoutResult(TaskStatus task) {
    TaskError error = task.error();
    String reason = error == null ? "" : ": " + text(error);
    return switch (task.state()) {
      case COMPLETED -> throw new IllegalArgumentException("completed");
      case DEAD -> "the task " + task.id() + " failed" + reason;
      case CANCELLED -> "the task " + task.id() + " was cancelled";
      case EXPIRED -> "the task " + task.id() + " expired: its deadline is over";
      case SCHEDULED, QUEUED, RUNNING ->
          "no answer in time; the task "
              + task.id()
              + " is "
              + task.state()
              + (task.waitingFor() == null ? reason : ", it lacks " + task.waitingFor())
              + "; look again with: tasknet get "
              + task.id()
              + " --wait";
    };
  }

  /** What is worth knowing of a task besides its state, on one line. */
  static String gist(TaskStatus task) {
    if (task.result() != null) {
      return task.result().text();
    }
    if (task.waitingFor() != null) {
      return "lacks " + task.waitingFor();
    }
    return task.error() == null ? "" : text(task.error());
  }

  static String text(TaskError error) {
    return error.code() + ": " + error.message();
  }

  /** Everything about a task, a line for each field and attempt. */
  static List<String> lines(TaskStatus task, Instant now) {
    List<String> lines = new ArrayList<>();
    add(lines, "id", task.id());
    add(lines, "type", task.type());
    add(lines, "state", task.state());
    add(lines, "created", ago(task.createdAt(), now));
    if (task.priority() != TaskTerms.DEFAULT_PRIORITY) {
      add(lines, "priority", task.priority());
    }
    if (task.labels() != null) {
      add(
          lines,
          "labels",
          String.join(
              ", ", new Labels(task.labels()).each().stream().map(Label::toString).toList()));
    }
    Instant ended = task.endedAt();
    if (ended != null) {
      String took = Amounts.length(Duration.between(task.createdAt(), ended));
      add(lines, "ended", ago(ended, now) + ", after " + took);
    }
    Instant next = task.nextAttemptAt();
    if (next != null) {
      add(
          lines,
          task.attempts().isEmpty() ? "starts" : "next try",
          "in " + Amounts.age(Duration.between(now, next)));
    }
    Instant deadline = task.deadline();
    if (deadline != null) {
      add(lines, "deadline", deadline);
    }
    if (task.waitingFor() != null) {
      add(lines, "lacks", task.waitingFor());
    }
    ScheduledTick schedule = task.schedule();
    if (schedule != null) {
      add(lines, "schedule", schedule.name() + ", tick " + schedule.tick());
    }
    CallbackStatus callback = task.callback();
    if (callback != null) {
      add(lines, "callback", callback.url() + " " + text(callback));
    }
    if (task.payload() != null) {
      add(lines, "payload", TextTable.shortened(task.payload().text(), PAYLOAD_SHOWN));
    }
    if (task.result() != null) {
      add(lines, "result", task.result());
    }
    if (task.error() != null) {
      add(lines, "error", text(task.error()));
    }
    if (task.fingerprint() != null) {
      add(lines, "group", task.fingerprint() + " (see: tasknet dead)");
    }
    if (task.progress() != null) {
      add(lines, "progress", EventText.bar(task.progress(), PAYLOAD_SHOWN));
    }
    add(lines, "attempts", task.attempts().size() + " of " + task.maxAttempts());
    for (AttemptStatus attempt : task.attempts()) {
      lines.add("  " + line(attempt, now));
    }
    return lines;
  }

  private static String text(CallbackStatus callback) {
    String last =
        callback.lastStatus() == null ? callback.lastError() : "HTTP " + callback.lastStatus();
    return callback.state()
        + (callback.attempts() == 0 ? "" : ", " + callback.attempts() + " calls")
        + (last == null ? "" : ", last: " + last);
  }

  private static String line(AttemptStatus attempt, Instant now) {
    Instant ended = attempt.endedAt();
    Instant end = ended == null ? now : ended;
    String took = Amounts.length(Duration.between(attempt.startedAt(), end));
    String where = attempt.number() + "  " + attempt.worker() + "  ";
    TaskError error = attempt.error();
    if (ended == null) {
      return where + "runs for " + took;
    }
    return where + (error == null ? "completed" : text(error)) + " after " + took;
  }

  private static String ago(Instant instant, Instant now) {
    return instant + " (" + Amounts.age(Duration.between(instant, now)) + " ago)";
  }

  private static void add(List<String> lines, String field, Object value) {
    lines.add(String.format("%-8s  %s", field, value.toString().replaceAll("\\p{Cntrl}", " ")));
  }
}
