package tasknet.task;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a task: the data of an event of {@code GET /events} and {@code GET
 * /tasks/{id}/events}.
 *
 * @param state the one that it came into, or is in while an attempt goes on
 * @param at when
 * @param attempt the number of the attempt that begins, goes on or ends with it; null for none
 * @param worker that has or had the attempt; null for none
 * @param error why that attempt, or the task, failed; null when nothing did
 * @param labels of the task; null for none
 * @param progress how far the attempt is; null when nothing was said
 */
public record TaskEvent(
    TaskId task,
    TaskType type,
    TaskState state,
    Instant at,
    @Nullable Integer attempt,
    @Nullable String worker,
    @Nullable TaskError error,
    @Nullable Map<String, String> labels,
    @Nullable TaskProgress progress) {}
