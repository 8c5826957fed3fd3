package tasknet.dispatcher.dispatch;

/** How the dispatcher came to give an attempt up. */
public enum Loss {
  /** Its worker was silent for too long. */
  SILENCE,
  /** The death of its worker was reported. */
  DEATH,
  /** Its worker is a new process. */
  RESTART,
  /** Its worker does not know it any more. */
  FORGOTTEN,
  /** Its lease ran out. */
  LEASE
}
