package tasknet.nameservice;

/** What became of a registration. */
sealed interface RegisterResult {
  /**
   * The worker is registered for another time to live.
   *
   * @param revision the registry's after it
   */
  record Accepted(long revision) implements RegisterResult {}

  /**
   * It came from an older process than the one that is live.
   *
   * @param liveEpoch the live one's epoch
   */
  record Refused(long liveEpoch) implements RegisterResult {}
}
