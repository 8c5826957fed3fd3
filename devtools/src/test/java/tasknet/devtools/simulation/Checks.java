package tasknet.devtools.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;
import tasknet.dispatcher.dispatch.TaskEnd;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.TypeRule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.dispatcher.testkit.MemoryTask;
import tasknet.dispatcher.wal.LogRecord;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * What must hold at every instant, and at the end of a history. It looks at what is committed and
 * at what handlers were really started, and believes nothing that the parts say of themselves.
 */
final class Checks {
  /** Between a handler's start and the moment its time left was told: travelling and scheduling. */
  private static final Duration ON_THE_WAY = Duration.ofMillis(10);

  private final TypeRules rules;
  private final Function<TaskId, TaskRequest> requests;
  private final Map<String, Integer> slots = new HashMap<>();
  private final VirtualTime time;
  private final Trace trace;
  private final List<String> violations = new ArrayList<>();
  private final Map<TaskId, Seen> seen = new TreeMap<>();
  private final Map<TaskId, List<HandlerStart>> handlers = new TreeMap<>();
  private final Map<TaskType, Integer> running = new HashMap<>();
  private final Map<TaskType, List<Long>> begins = new HashMap<>();
  private final Set<TaskId> acknowledged = new TreeSet<>();
  private final Map<TaskId, TaskState> told = new TreeMap<>();
  private final Map<String, TaskId> keys = new TreeMap<>();
  private final Unstored unstored = new Unstored();
  private final Set<TaskId> inLog = new TreeSet<>();
  private int unended;
  private boolean clockWasSet;
  private boolean longAbsence;
  private boolean calm = true;
  private Duration lateness = Duration.ZERO;

  /** What was committed of a task before. */
  private record Seen(TaskState state, int attempts, @Nullable JsonText result) {}

  /**
   * @param requests what was asked for with a task
   */
  Checks(TypeRules rules, Function<TaskId, TaskRequest> requests, VirtualTime time, Trace trace) {
    this.rules = rules;
    this.requests = requests;
    this.time = time;
    this.trace = trace;
  }

  List<String> violations() {
    return violations;
  }

  /** How many tasks have not ended, committed or in memory. */
  int unended() {
    return unended + unstored.open();
  }

  Unstored unstored() {
    return unstored;
  }

  void violated(String what) {
    trace.add("VIOLATION {}", what);
    violations.add(what);
  }

  /**
   * @param otherwise with {} for each value
   */
  private void require(boolean holds, String otherwise, @Nullable Object... values) {
    if (!holds) {
      violated(MessageFormatter.basicArrayFormat(otherwise, values));
    }
  }

  /** So many handlers may run there from now on. */
  void slots(String worker, int number) {
    slots.put(worker, number);
  }

  /** Instants of the dispatcher cannot be compared from now on. */
  void clockIsSet() {
    clockWasSet = true;
  }

  /**
   * Workers may forget what they have run. When the clock is set back meanwhile, too, nobody can
   * know that.
   */
  void longAbsence() {
    longAbsence = true;
  }

  /** What holds without faults need not hold from now on. */
  void faultsBegin() {
    calm = false;
  }

  /** A datagram may take as long as this. */
  void lateness(Duration longest) {
    lateness = longest;
  }

  // ---- what is committed -----------------------------------------------------------------------

  void changed(MemoryTask task) {
    Seen before = seen.get(task.id());
    TaskState state = task.state();
    seen.put(task.id(), new Seen(state, task.attempts(), task.result()));
    trace.add("committed {} {} attempts={}", task.id(), state, task.attempts());
    if (before == null) {
      if (unstored.stored(task.id()) == TaskState.RUNNING) {
        running.merge(task.request().type(), -1, Integer::sum);
      }
      unended++;
      require(!state.ended(), "task {} began as {}", task.id(), state);
      return;
    }
    require(
        before.state.canBecome(state),
        "task {} went from {} to {}, which the table has not",
        task.id(),
        before.state,
        state);
    if (before.state == TaskState.RUNNING) {
      running.merge(task.request().type(), -1, Integer::sum);
    }
    if (state.ended() != before.state.ended()) {
      unended += state.ended() ? -1 : 1;
    }
    if (state == TaskState.RUNNING) {
      began(task, before.attempts);
    } else {
      require(task.attempts() == before.attempts, "task {} got an attempt as {}", task.id(), state);
    }
  }

  /** The store takes over what was in memory. */
  void adopted(MemoryTask task) {
    Seen before = seen.get(task.id());
    if (before == null) {
      changed(task); // it was not durable
      return;
    }
    trace.add("adopted {} {} attempts={}", task.id(), task.state(), task.attempts());
    Seen now = new Seen(task.state(), task.attempts(), task.result());
    require(
        before.equals(now), "task {} is {} in the log, and adopted as {}", task.id(), before, now);
  }

  /** What the log has is committed as what the store has. */
  void logged(LogRecord record) {
    switch (record) {
      case LogRecord.Added(QueuedTask task) -> {
        inLog.add(task.id());
        if (seen.putIfAbsent(task.id(), new Seen(TaskState.QUEUED, 0, null)) == null) {
          trace.add("logged {} QUEUED", task.id());
          unended++;
        }
      }
      case LogRecord.Begun(AttemptStart start) -> {
        TaskId id = start.attempt().task();
        if (moves(id, TaskState.QUEUED, new Seen(TaskState.RUNNING, 1, null))) {
          runs(requests.apply(id).type());
        }
      }
      case LogRecord.Completed(AttemptId attempt, Instant _, JsonText result) -> {
        TaskId id = attempt.task();
        if (moves(id, TaskState.RUNNING, new Seen(TaskState.COMPLETED, 1, result))) {
          running.merge(requests.apply(id).type(), -1, Integer::sum);
          unended--;
        }
      }
      case LogRecord.Left(TaskId task) -> inLog.remove(task);
    }
  }

  /** False when the log only says again what it has said. */
  private boolean moves(TaskId task, TaskState from, Seen to) {
    Seen before = seen.get(task);
    if (to.equals(before) || (before != null && before.state.ended() && !to.state.ended())) {
      return false;
    }
    seen.put(task, to);
    trace.add("logged {} {}", task, to.state);
    require(
        before != null && before.state == from,
        "task {} went from {} to {} in the log",
        task,
        before,
        to);
    return true;
  }

  private void began(MemoryTask task, int attemptsBefore) {
    AttemptStart start = Objects.requireNonNull(task.lastStart());
    Instant deadline = task.request().terms().deadline();
    require(
        task.attempts() == attemptsBefore + 1 && start.attempt().number() == task.attempts(),
        "attempt {} began after {} attempts",
        start.attempt(),
        attemptsBefore);
    require(
        deadline == null || start.at().isBefore(deadline),
        "attempt {} began at {}, after the deadline at {}",
        start.attempt(),
        start.at(),
        deadline);
    runs(task.request().type());
  }

  private void runs(TaskType type) {
    int now = running.merge(type, 1, Integer::sum);
    Integer limit = rules.of(type).running();
    require(limit == null || now <= limit, "{} attempts of type {} run, {} may", now, type, limit);
  }

  // ---- what is in memory only ------------------------------------------------------------------

  void movesInMemory(TaskId task, TaskType type, TaskState state) {
    trace.add("in memory {} {}", task, state);
    require(!seen.containsKey(task), "task {} is in the store and {} in memory", task, state);
    TaskState before = unstored.moves(task, type, state);
    boolean moves =
        switch (state) {
          case QUEUED -> before == null;
          case RUNNING -> before == TaskState.QUEUED;
          case COMPLETED -> before == TaskState.RUNNING;
          case SCHEDULED, DEAD, CANCELLED, EXPIRED -> false;
        };
    require(moves, "task {} went from {} to {} in memory", task, before, state);
    if (state == TaskState.RUNNING) {
      runs(type);
    } else if (state == TaskState.COMPLETED) {
      running.merge(type, -1, Integer::sum);
    }
  }

  /** What was in memory only is gone. */
  void dispatcherEnds() {
    unstored.die().forEach((type, ran) -> running.merge(type, -ran, Integer::sum));
  }

  /** Whether the limit of a type lets another attempt run. */
  boolean hasRoom(TaskType type) {
    Integer limit = rules.of(type).running();
    return limit == null || running.getOrDefault(type, 0) < limit;
  }

  /** Whether the log has a task of that type that waits. */
  boolean queuedInMemory(TaskType type) {
    return inLog.stream()
        .anyMatch(
            id ->
                Objects.requireNonNull(seen.get(id)).state == TaskState.QUEUED
                    && requests.apply(id).type().equals(type));
  }

  /** When an attempt of a type was begun last; 0 for not yet. */
  long lastBegin(TaskType type) {
    List<Long> instants = begins.getOrDefault(type, List.of());
    return instants.isEmpty() ? 0 : instants.getLast();
  }

  /** An attempt is asked to be begun by the dispatcher. */
  void begins(TaskType type) {
    begins.computeIfAbsent(type, _ -> new ArrayList<>()).add(time.nanoTime());
  }

  /** The dispatcher was started: a pause for the rates. */
  void dispatcherStarts() {
    checkRates();
    begins.clear();
  }

  private void checkRates() {
    begins.forEach(
        (type, instants) -> {
          TypeRule rule = rules.of(type);
          if (rule.startsPerSecond() != null) {
            checkRate(type, rule.startsPerSecond(), instants);
          }
        });
  }

  private void checkRate(TaskType type, double rate, List<Long> instants) {
    for (int first = 0; first < instants.size(); first++) {
      for (int last = first; last < instants.size(); last++) {
        double seconds = (instants.get(last) - instants.get(first)) / 1e9;
        double allowed = rate * seconds + Math.max(1, rate) + 1e-3;
        if (last - first + 1 > allowed) {
          violated(
              "%s attempts of type %s began within %.3f s; %.1f a second may"
                  .formatted(last - first + 1, type, seconds, rate));
          return;
        }
      }
    }
  }

  // ---- what handlers do ------------------------------------------------------------------------

  /** How many handlers were started for a task. */
  int handlersStarted(TaskId task) {
    return handlers.getOrDefault(task, List.of()).size();
  }

  Collection<List<HandlerStart>> handlers() {
    return handlers.values();
  }

  void started(HandlerStart start, TaskRequest request) {
    List<HandlerStart> ofTask =
        handlers.computeIfAbsent(start.attempt.task(), _ -> new ArrayList<>());
    for (HandlerStart other : ofTask) {
      require(
          !other.attempt.equals(start.attempt),
          "attempt {} was run twice, by {} and {}",
          start.attempt,
          other.worker,
          start.worker);
    }
    ofTask.add(start);
    int most = request.maxAttempts();
    require(
        ofTask.size() <= most || (clockWasSet && longAbsence),
        "task {} was run {} times, {} may be: {}",
        start.attempt.task(),
        ofTask.size(),
        most,
        ofTask);
    Instant deadline = request.terms().deadline();
    require(
        clockWasSet
            || start.heldUp
            || deadline == null
            || start.byDispatchersClock.isBefore(deadline.plus(lateness).plus(ON_THE_WAY)),
        "the handler of {} was started at {}, after the deadline at {}",
        start.attempt,
        start.byDispatchersClock,
        deadline);
    long atWorker = running(other -> other.worker.equals(start.worker));
    int most2 = Objects.requireNonNull(slots.get(start.worker));
    require(atWorker <= most2, "{} runs {} handlers in {} slots", start.worker, atWorker, most2);
    Integer limit = rules.of(start.type).running();
    if (calm && limit != null) {
      long ofType = running(other -> other.type.equals(start.type));
      require(ofType <= limit, "{} handlers of type {} run, {} may", ofType, start.type, limit);
    }
  }

  private long running(java.util.function.Predicate<HandlerStart> which) {
    return handlers.values().stream()
        .flatMap(List::stream)
        .filter(HandlerStart::runs)
        .filter(which)
        .count();
  }

  // ---- what clients are told -------------------------------------------------------------------

  void acknowledged(TaskId task, @Nullable String key) {
    acknowledged.add(task);
    require(
        seen.containsKey(task) || unstored.knows(task),
        "task {} was acknowledged before it was committed",
        task);
    if (key != null) {
      TaskId other = keys.putIfAbsent(key, task);
      require(
          other == null || other.equals(task), "the key {} stands for {} and {}", key, other, task);
    }
  }

  void told(TaskId task, TaskEnd end) {
    told(task, end.state());
  }

  void cancelAnswered(TaskId task, Cancellation answer) {
    switch (answer) {
      case Cancellation.NotFound _ ->
          require(
              !acknowledged.contains(task) || unstored.isGone(task),
              "task {} was acknowledged and not found",
              task);
      case Cancellation.AlreadyEnded(TaskState state) -> told(task, state);
      case Cancellation.WhileWaiting _, Cancellation.WhileRunning _ ->
          told(task, TaskState.CANCELLED);
    }
  }

  private void told(TaskId task, TaskState state) {
    TaskState before = told.put(task, state);
    require(
        before == null || before == state, "of task {} {} was told, and {}", task, before, state);
    Seen committed = seen.get(task);
    require(
        committed == null
            ? state == TaskState.COMPLETED && unstored.isCompleted(task)
            : committed.state == state,
        "of task {} {} was told; committed is {}",
        task,
        state,
        committed);
  }

  // ---- at the end ------------------------------------------------------------------------------

  /** A store that lost what was committed shows that here. */
  void end(Collection<MemoryTask> tasks) {
    checkRates();
    Map<TaskId, MemoryTask> kept = new HashMap<>();
    tasks.forEach(task -> kept.put(task.id(), task));
    acknowledged.forEach(
        id -> require(kept.containsKey(id) || unstored.isGone(id), "task {} is lost", id));
    told.forEach(
        (id, state) -> {
          MemoryTask task = kept.get(id);
          require(
              task == null ? unstored.isCompleted(id) : task.state() == state,
              "of task {} {} was told; it is {} at the end",
              id,
              state,
              task == null ? "lost" : task.state());
        });
    tasks.forEach(this::checkEnded);
  }

  private void checkEnded(MemoryTask task) {
    TaskState state = task.state();
    require(state.ended(), "task {} is {} at the end", task.id(), state);
    if (state != TaskState.COMPLETED) {
      require(task.result() == null, "task {} is {} and has a result", task.id(), state);
      return;
    }
    JsonText result = task.result();
    boolean itsOwn =
        handlers.getOrDefault(task.id(), List.of()).stream()
            .anyMatch(
                start ->
                    start.attempt.number() == task.attempts()
                        && start.result != null
                        && start.result.equals(result));
    require(
        itsOwn,
        "the result {} of task {} is not that of its last attempt {}",
        result,
        task.id(),
        task.attempts());
  }
}
