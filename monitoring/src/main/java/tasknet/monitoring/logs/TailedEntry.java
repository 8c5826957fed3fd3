package tasknet.monitoring.logs;

import org.jspecify.annotations.Nullable;

/**
 * Something new in the log of a service.
 *
 * @param number in the order of the stream, from 1
 * @param entry null when a part of the log was passed over, because it grew too fast
 */
record TailedEntry(
    long number, String service, @Nullable LineHead head, @Nullable LogEntry entry) {}
