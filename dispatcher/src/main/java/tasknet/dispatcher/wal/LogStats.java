package tasknet.dispatcher.wal;

/**
 * How the log fares, since it was started.
 *
 * @param commits groups that were written and brought to the disk
 * @param records that are in them
 * @param bytes that these took
 * @param segments files that are there now
 * @param waiting appends that wait for the log's thread now
 * @param failures appends that failed
 */
public record LogStats(
    long commits, long records, long bytes, int segments, int waiting, long failures) {}
