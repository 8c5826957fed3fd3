package tasknet.monitoring.logs;

import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * An answer of {@code GET /api/logs}.
 *
 * @param entries the newest first
 * @param next to be given as {@code before} for what is older; null when there is nothing
 * @param stopped whether so much was read that the search stopped before it had all it wanted
 * @param bytesRead of all files together
 * @param services that have a log, of which some may not be asked for
 * @param problems what could not be read, in words
 */
public record LogPage(
    List<LogEntry> entries,
    @Nullable String next,
    boolean stopped,
    long bytesRead,
    SortedSet<String> services,
    List<String> problems) {}
