package tasknet.wire;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskType;

/** One line of a datagram; {@code docs/protocol.md} specifies each. All name task and attempt. */
public sealed interface Message {
  /** Which attempt it is about. */
  AttemptId attempt();

  /** What a message is called on the wire. */
  String op();

  /** A message of a worker, which tells how many slots are free there now. */
  sealed interface WithCredit extends Message {
    /** Free slots at the worker when it was sent; at least 0. */
    int credit();
  }

  /**
   * Dispatcher to worker: run this. Answered by {@code accepted}, {@code rejected} or {@code
   * result}.
   *
   * @param timeout how long the handler may run, from its receipt; whole milliseconds, positive
   * @param epoch which start of the worker's process is meant; 0 for any
   */
  record Execute(AttemptId attempt, TaskType type, Duration timeout, Payload payload, long epoch)
      implements Message {
    /** For any process of that name. */
    public Execute(AttemptId attempt, TaskType type, Duration timeout, Payload payload) {
      this(attempt, type, timeout, payload, 0);
    }

    /** Whether a process of that epoch may run it. */
    public boolean isFor(long workerEpoch) {
      return epoch == 0 || epoch == workerEpoch;
    }

    @Override
    public String op() {
      return "execute";
    }
  }

  /** Worker to dispatcher: the attempt is running, or about to. */
  record Accepted(AttemptId attempt, int credit) implements WithCredit {
    @Override
    public String op() {
      return "accepted";
    }
  }

  /**
   * Worker to dispatcher: the attempt has not run here and never will.
   *
   * @param detail one sentence for people; may be empty
   */
  record Rejected(AttemptId attempt, Rejection reason, String detail, int credit)
      implements WithCredit {
    @Override
    public String op() {
      return "rejected";
    }
  }

  /**
   * Worker to dispatcher: how far the attempt is. Not acknowledged, not retransmitted.
   *
   * @param percent 0 to 100
   * @param note one sentence for people; may be empty
   */
  record Progress(AttemptId attempt, int percent, String note) implements Message {
    @Override
    public String op() {
      return "progress";
    }
  }

  /**
   * Worker to dispatcher: the attempt ended. Answered by {@code result-ack}.
   *
   * @param ran how long the handler ran, in whole microseconds; null when the worker does not tell
   */
  record Result(AttemptId attempt, Outcome outcome, int credit, @Nullable Duration ran)
      implements WithCredit {
    /** Without how long the handler ran. */
    public Result(AttemptId attempt, Outcome outcome, int credit) {
      this(attempt, outcome, credit, null);
    }

    @Override
    public String op() {
      return "result";
    }
  }

  /**
   * Worker to dispatcher: the attempt ended with a result that is too large for a datagram.
   * Answered by {@code upload}, or by {@code result-ack} when it is not wanted.
   *
   * @param size bytes of UTF-8
   * @param ran how long the handler ran, in whole microseconds; null when the worker does not tell
   */
  record ResultReady(AttemptId attempt, long size, int credit, @Nullable Duration ran)
      implements WithCredit {
    /** Without how long the handler ran. */
    public ResultReady(AttemptId attempt, long size, int credit) {
      this(attempt, size, credit, null);
    }

    @Override
    public String op() {
      return "result-ready";
    }
  }

  /**
   * Dispatcher to worker: put the result there over HTTP. An answer of 204 (recorded) or 409 (not
   * wanted) acknowledges it.
   */
  record Upload(AttemptId attempt, URI url) implements Message {
    @Override
    public String op() {
      return "upload";
    }
  }

  /** Dispatcher to worker: the result is recorded, or no longer wanted; forget it. */
  record ResultAck(AttemptId attempt) implements Message {
    @Override
    public String op() {
      return "result-ack";
    }
  }

  /** Dispatcher to worker: stop the attempt. Answered by {@code result} or {@code unknown}. */
  record Cancel(AttemptId attempt) implements Message {
    @Override
    public String op() {
      return "cancel";
    }
  }

  /**
   * Dispatcher to worker: what do you know of the attempt? Answered by {@code accepted}, {@code
   * rejected}, {@code result} or {@code unknown}.
   */
  record Probe(AttemptId attempt) implements Message {
    @Override
    public String op() {
      return "probe";
    }
  }

  /** Worker to dispatcher: nothing is known of the attempt, and it will not be run from now on. */
  record Unknown(AttemptId attempt, int credit) implements WithCredit {
    @Override
    public String op() {
      return "unknown";
    }
  }

  /** Why a worker does not run an attempt. */
  enum Rejection {
    /** No slot is free. */
    BUSY("busy"),
    /** The worker is stopping. */
    DRAINING("draining"),
    /** The worker does not run this type. */
    UNKNOWN_TYPE("unknown-type"),
    /** The message lacks something, or has something that is not allowed. */
    MALFORMED("malformed");

    private final String code;

    Rejection(String code) {
      this.code = code;
    }

    /** What it is called on the wire. */
    public String code() {
      return code;
    }

    /** The reason of that name, or null. */
    static @Nullable Rejection of(@Nullable String code) {
      for (Rejection rejection : values()) {
        if (rejection.code.equals(code)) {
          return rejection;
        }
      }
      return null;
    }
  }
}
