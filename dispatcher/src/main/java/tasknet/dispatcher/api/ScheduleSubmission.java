package tasknet.dispatcher.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.schedule.CronTimes;
import tasknet.dispatcher.task.Schedule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.Json;
import tasknet.http.JsonErrors;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.CatchUp;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskRequest;
import tasknet.task.When;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/**
 * The body of {@code POST /schedules} and {@code PUT /schedules/{name}}.
 *
 * @param name may be left out when the path has it
 * @param zone UTC when it is not given
 * @param task the fields of {@code POST /tasks}, besides those that say when it starts
 * @param catchUp {@code last} when it is not given
 */
record ScheduleSubmission(
    @Nullable String name,
    @Nullable String cron,
    @Nullable String zone,
    @Nullable Submission task,
    @Nullable CatchUp catchUp,
    @Nullable Boolean paused) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  private static final ObjectReader READER =
      Json.mapper()
          .readerFor(ScheduleSubmission.class)
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * Reads a body.
   *
   * @throws InvalidValueException if a value is not allowed
   * @throws ProblemException if it is not the JSON that is expected
   */
  static ScheduleSubmission read(byte[] body) {
    try {
      ScheduleSubmission read = READER.readValue(body);
      if (read == null) {
        throw new InvalidValueException("body", "null", "an object");
      }
      return read;
    } catch (DatabindException e) {
      throw inPlace(e);
    }
  }

  /** The error with the whole path of the field. */
  private static RuntimeException inPlace(JacksonException e) {
    String path =
        e.getPath().stream()
            .map(step -> String.valueOf(step.getPropertyName()))
            .collect(Collectors.joining("."));
    if (e.getCause() instanceof InvalidValueException invalid) {
      return path.startsWith("task") ? invalid.within("task") : invalid;
    }
    Problem problem = Problem.malformed(JsonErrors.describe(e));
    return new ProblemException(path.isEmpty() ? problem : problem.with("field", path));
  }

  /**
   * What is kept of it.
   *
   * @param inPath the name in the path; null when there is none
   * @throws InvalidValueException if a value is not allowed
   */
  Schedule schedule(@Nullable String inPath, Instant now) {
    String called = inPath == null ? name : inPath;
    if (inPath != null && name != null && !name.equals(inPath)) {
      throw new InvalidValueException("name", name, "that of the path, or left out");
    }
    if (called == null || !NAME.matcher(called).matches()) {
      throw new InvalidValueException(
          "name",
          called == null ? "nothing" : called,
          "1 to 128 letters, digits, and the characters . _ -, the first a letter or digit");
    }
    if (cron == null) {
      throw new InvalidValueException("cron", "nothing", "an expression such as '30 2 * * *'");
    }
    if (task == null) {
      throw new InvalidValueException("task", "nothing", "an object with at least a type");
    }
    String clocks = zone == null ? "UTC" : zone;
    Instant next = CronTimes.of(cron, CronTimes.zone(clocks)).next(now);
    if (next == null) {
      throw new InvalidValueException("cron", cron, "a time that comes; this one never does");
    }
    boolean still = paused != null && paused;
    return new Schedule(
        called,
        0,
        cron.strip(),
        clocks,
        catchUp == null ? CatchUp.LAST : catchUp,
        Json.textOf(task),
        still,
        now.truncatedTo(ChronoUnit.MICROS), // as it is read back
        still ? null : next,
        null);
  }

  /**
   * The task of a tick, also to see whether there can be one.
   *
   * @param task the fields of a submission
   * @throws InvalidValueException if one is not allowed
   */
  static TaskRequest task(JsonText task, TypeRules rules, Instant now) {
    try {
      Submission submission = Json.mapper().readValue(task.text(), Submission.class);
      if (submission.delay() != null || submission.runAt() != null) {
        Object given = submission.delay() == null ? submission.runAt() : submission.delay();
        throw new InvalidValueException(
            submission.delay() == null ? "runAt" : "delay",
            String.valueOf(given),
            "left out; the schedule says when");
      }
      if (submission.durable() != null) {
        throw new InvalidValueException(
            "durable", submission.durable(), "left out; nobody waits until the task is kept");
      }
      if (submission.traceparent() != null) {
        throw new InvalidValueException(
            "traceparent", submission.traceparent(), "left out; each task begins a trace");
      }
      if (submission.deadline() instanceof When.At at) {
        throw new InvalidValueException(
            "deadline", at, "a time from when the task is made, such as 30s, 5m, 2h");
      }
      return submission.request(rules, now, null);
    } catch (InvalidValueException e) {
      throw e.within("task");
    }
  }
}
