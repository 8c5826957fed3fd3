package tasknet.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing: the document of {@code GET /tasks}.
 *
 * @param tasks newest first, without their attempts
 * @param searched how many tasks were looked at, when the page ended before it was full because a
 *     search looks at so many at a time: the next page goes on; else null
 * @param next the {@code cursor} of the next page; null on the last one
 */
public record TaskPage(List<TaskStatus> tasks, @Nullable Integer searched, @Nullable String next) {}
