package tasknet.task;

/**
 * How fast tasks come and go, each per second on average over about the last minute.
 *
 * @param submitted tasks that were taken
 * @param completed tasks that were completed
 * @param failed attempts that ended without a result: with an error, or because they were lost
 */
public record TaskRates(double submitted, double completed, double failed) {
  /** Nothing happens. */
  public static final TaskRates NONE = new TaskRates(0, 0, 0);
}
