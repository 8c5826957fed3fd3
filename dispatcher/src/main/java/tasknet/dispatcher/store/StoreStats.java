package tasknet.dispatcher.store;

/**
 * How the store fares, since it was started.
 *
 * @param commits transactions
 * @param operations what was asked of the writer; divided by {@code commits}: how well it groups
 * @param longestGroup the most operations in one transaction
 * @param refused operations that found no room
 * @param waiting operations that wait for the writer now
 * @param fileBytes size of the database file now
 * @param walBytes size of its write-ahead log now
 */
public record StoreStats(
    long commits,
    long operations,
    long longestGroup,
    long refused,
    int waiting,
    long fileBytes,
    long walBytes) {}
