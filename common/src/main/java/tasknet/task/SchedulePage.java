package tasknet.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing: the document of {@code GET /schedules}.
 *
 * @param schedules by name
 * @param next the {@code cursor} of the next page; null on the last one
 */
public record SchedulePage(List<ScheduleStatus> schedules, @Nullable String next) {}
