package tasknet.dispatcher.dispatch;

/** What became of a result that a worker delivered over HTTP. */
public enum Delivery {
  /** It is committed. */
  RECORDED,
  /** An outcome of the attempt is being committed already. */
  UNDER_WAY,
  /** The attempt is not, or no longer, the one that its task runs. */
  NOT_WANTED
}
