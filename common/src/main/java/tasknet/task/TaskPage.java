package tasknet.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing: the document of {@code GET /tasks}.
 *
 * @param tasks newest first, without their attempts
 * @param next the {@code cursor} of the next page; null on the last one
 */
public record TaskPage(List<TaskStatus> tasks, @Nullable String next) {}
