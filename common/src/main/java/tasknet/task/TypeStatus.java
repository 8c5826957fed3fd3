package tasknet.task;

/**
 * How one type of task fares: an entry of {@code GET /types}.
 *
 * @param workers live workers of this type
 * @param slots how many attempts they can run at the same time, in all
 * @param free how many more they could take now
 */
public record TypeStatus(
    TaskType type,
    int workers,
    int slots,
    int free,
    long scheduled,
    long queued,
    long running,
    long completed,
    long dead,
    long cancelled,
    long expired) {}
