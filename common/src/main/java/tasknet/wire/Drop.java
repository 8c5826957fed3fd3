package tasknet.wire;

import java.util.Locale;

/** Why something that was received, or was to be sent, went nowhere. */
public enum Drop {
  /** Longer than a datagram may be. */
  OVERSIZED,
  /** The header or a line is not what the protocol says. */
  MALFORMED,
  /** Another version of the protocol. */
  VERSION,
  /** A message that this version does not know. */
  UNKNOWN_OP,
  /** A message that only the other side may send. */
  UNEXPECTED,
  /** From a process that has been restarted since, or before it. */
  STALE_EPOCH,
  /** From a node that is not known here. */
  UNKNOWN_NODE,
  /** The receiver failed on it: a fault of ours. */
  FAULT,
  /** The system refused to send it. */
  SEND_FAILED;

  /** The name in logs and metrics. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
