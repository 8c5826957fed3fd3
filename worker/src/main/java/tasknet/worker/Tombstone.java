package tasknet.worker;

import tasknet.wire.Message;

/** Why an attempt that is over, or never was, must not run when a late copy of it arrives. */
sealed interface Tombstone {
  Tombstone CLOSED = new Closed();

  /** It was refused, and has not run. */
  record Refused(Message.Rejection reason, String detail) implements Tombstone {}

  /** Its result was acknowledged, or it was answered that nothing is known of it. */
  record Closed() implements Tombstone {}
}
