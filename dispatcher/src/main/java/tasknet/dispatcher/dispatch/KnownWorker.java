package tasknet.dispatcher.dispatch;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerStatus;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskType;
import tasknet.wire.Peer;

/** A worker as the dispatch loop knows it: what it has, what it can take, when it was heard. */
final class KnownWorker {
  /** What a worker said of its free slots is not believed for longer when nothing runs there. */
  private static final long CREDIT_AGE = Duration.ofSeconds(1).toNanos();

  final WorkerId id;
  final Peer peer;

  /** Its attempts; the one that was silent for longest comes first. */
  final Map<AttemptId, RunningAttempt> attempts = new LinkedHashMap<>();

  Set<TaskType> types = Set.of();
  int capacity;
  long epoch;
  boolean registered;
  boolean suspect;

  /** {@link Liveness} looks at it. */
  boolean watched;

  /** Its process has ended, it is said; until it is registered again. */
  boolean dead;

  /** The process that took its leave: what it does not finish, it was not killed by. */
  long leftEpoch = -1;

  /** What it had when it went silent; counted as killed by that, unless it is heard again. */
  List<AttemptId> silenced = List.of();

  /** Of the machine or container that it runs in; null when it did not say. */
  @Nullable String hostname;

  /** When its process began; null when that is not known. */
  @Nullable Instant startedAt;

  /** It owes an answer: it gets nothing new until it gives one. */
  boolean owesAnswer;

  /** An attempt it lost, to ask about while it is suspect. */
  @Nullable AttemptId lastLost;

  long probedAt;
  private long heardAt;
  private long busySince;
  private long blockedUntil;
  private boolean blocked;
  private int credit;
  private long creditSequence = -1;
  private long creditAt;
  private long claimedEpoch = -1;
  private int unanswered;
  private int reserved;
  private List<WorkersWithRoom> choices = List.of();
  private boolean hasRoom;
  private long completed;
  private long failed;
  private long lost;

  KnownWorker(WorkerId id, InetSocketAddress address, long epoch, long now) {
    this.id = id;
    this.peer = new Peer(id.name(), address);
    this.epoch = epoch;
    this.heardAt = now;
    this.probedAt = now;
  }

  /** From now on it is among these, and no others, whenever it has room. */
  void competeIn(List<WorkersWithRoom> newChoices) {
    choices.forEach(choice -> choice.remove(this));
    choices = newChoices;
    hasRoom = false;
    roomMayHaveChanged();
  }

  /** A slot is taken for an attempt that is about to be sent. */
  void reserve() {
    reserved++;
    roomMayHaveChanged();
  }

  /** The reserved slot is used, or not needed any more. */
  void unreserve() {
    reserved--;
    roomMayHaveChanged();
  }

  /** The attempt is sent there now. */
  void add(RunningAttempt attempt, long now) {
    if (attempts.isEmpty()) {
      busySince = now;
    }
    attempts.put(attempt.id, attempt);
    attempt.isAtWorker = true;
    if (attempt.phase() == RunningAttempt.Phase.SENT) {
      unanswered++;
    }
    roomMayHaveChanged();
  }

  void remove(RunningAttempt attempt) {
    if (attempt.isAtWorker) {
      attempt.isAtWorker = false;
      attempts.remove(attempt.id);
      if (attempt.phase() == RunningAttempt.Phase.SENT) {
        unanswered--;
      }
      roomMayHaveChanged();
    }
  }

  /** To be told before the phase changes. */
  void phaseChanges(RunningAttempt attempt) {
    if (attempt.phase() == RunningAttempt.Phase.SENT && attempt.isAtWorker) {
      unanswered--;
    }
  }

  /** Something of this attempt was heard: it goes to the end of the silent ones. */
  void heard(RunningAttempt attempt, long now) {
    attempt.heardAt = now;
    if (attempt.isAtWorker) {
      attempts.remove(attempt.id);
      attempts.put(attempt.id, attempt);
    }
  }

  void heard(long now) {
    heardAt = now;
    owesAnswer = false;
    suspect = false;
    lastLost = null;
  }

  /** What the worker says of its free slots; datagrams may have overtaken each other. */
  void credit(int freeSlots, long sequence, long now) {
    if (sequence >= creditSequence) {
      creditSequence = sequence;
      credit = freeSlots;
      creditAt = now;
      if (freeSlots > 0) {
        blocked = false;
      }
    }
  }

  /** Another process answers under this name now. */
  void restarted(long newEpoch, long now) {
    epoch = newEpoch;
    dead = false;
    silenced = List.of();
    suspect = false;
    lastLost = null;
    owesAnswer = false;
    credit = capacity;
    creditSequence = -1;
    creditAt = now;
    blocked = false;
  }

  /** Its process has ended: nobody waits for an answer any more, and it gets nothing. */
  void died() {
    dead = true;
    silenced = List.of();
    registered = false;
    suspect = false;
    lastLost = null;
    owesAnswer = false;
  }

  /** It refused an attempt: it gets no other for a moment, unless it says that it is free. */
  void block(long until) {
    blocked = true;
    blockedUntil = until;
  }

  /** How many attempts it can be given now. */
  int free(long now) {
    if (!registered || suspect || owesAnswer || (blocked && now - blockedUntil < 0)) {
      return 0;
    }
    boolean creditIsOld = attempts.isEmpty() && reserved == 0 && now - creditAt > CREDIT_AGE;
    int offered = creditIsOld ? capacity : credit - unanswered - reserved;
    return Math.max(0, Math.min(room(), offered));
  }

  /** Slots without an attempt of ours; negative when it has fewer than it had. */
  private int room() {
    return capacity - attempts.size() - reserved;
  }

  private void roomMayHaveChanged() {
    if (room() > 0 != hasRoom) {
      hasRoom = !hasRoom;
      for (WorkersWithRoom choice : choices) {
        if (hasRoom) {
          choice.add(this);
        } else {
          choice.remove(this);
        }
      }
    }
  }

  /** Whether nothing of ours is there or on its way. */
  boolean isIdle() {
    return attempts.isEmpty() && reserved == 0;
  }

  /** It says that it is a new process: whether it has said the same before. */
  boolean claims(long newEpoch) {
    boolean again = claimedEpoch == newEpoch;
    claimedEpoch = newEpoch;
    return again;
  }

  /** Nobody listened for that long, in nanoseconds: it was not silent. */
  void excuse(long deaf) {
    heardAt += deaf;
    busySince += deaf;
  }

  /** Since when it has been silent although something is expected of it, on the nano clock. */
  long silentSince() {
    return heardAt - busySince > 0 ? heardAt : busySince;
  }

  /** The end of one of its attempts is in the store. */
  void ended(AttemptEnd end) {
    switch (end.outcome()) {
      case Outcome.Completed _ -> completed++;
      case Outcome.Failed _ when !end.counted() -> {} // it has not run
      case Outcome.Failed(TaskError error) when error.code().equals(TaskError.WORKER_LOST) ->
          lost++;
      case Outcome.Failed _ -> failed++;
    }
  }

  WorkerStatus status(long now) {
    return new WorkerStatus(
        id,
        types,
        peer.address().getHostString(),
        peer.address().getPort(),
        capacity,
        attempts.size() + reserved,
        free(now),
        suspect,
        peer.rtt().roundTrip(),
        hostname,
        startedAt,
        completed,
        failed,
        lost,
        peer.sent(),
        peer.retransmissions());
  }
}
