package tasknet.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of groups of DEAD tasks: the document of {@code GET /dead}.
 *
 * @param groups the one in which a task died last comes first
 * @param next the {@code cursor} of the next page; null on the last one
 */
public record DeadPage(List<DeadGroup> groups, @Nullable String next) {}
